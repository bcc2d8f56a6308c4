package dev.notifykit.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.notifykit.Route;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals by LISTEN and NOTIFY.
 *
 * <p>A NOTIFY takes a lock that all commits with one share, so it is never part of the store's own
 * commits: what was written meanwhile is told of in a NOTIFY of its own, and then nothing for a
 * while. One that is lost, with its connection or a crash, costs a poll, or a look at the inbox.
 *
 * <p>The text is the node that tells, and words: routes, and the keys of inbox entries.
 *
 * <p>Two threads: one listens on a connection it keeps, the other tells when there is something to
 * tell. The only class that needs the driver on the class path.
 */
final class PostgresSignals implements NodeSignals {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSignals.class);
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final int LISTEN_MILLIS = 500;
  private static final int QUIET = 10; // times of listening, after which the connection is tried
  private static final int ANSWERS_WITHIN_SECONDS = 5;
  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final String TELL = "SELECT pg_notify(?, ?)";
  private static final int MOST_UNTOLD = 10_000;
  private static final int LONGEST_TEXT = 7_900; // bytes; PostgreSQL refuses 8,000

  private final DataSource dataSource;
  private final String channel;
  private final Consumer<Route> onWork;
  private final Consumer<EntryKey> onEntry;
  private final String node = UUID.randomUUID().toString();
  private final ExecutorService teller;
  private final Thread ear;
  private final Set<String> untold = new LinkedHashSet<>(); // words; guarded by itself
  private volatile boolean closed;

  PostgresSignals(
      DataSource dataSource, String tables, Consumer<Route> onWork, Consumer<EntryKey> onEntry) {
    this.dataSource = dataSource;
    this.channel = "notifykit_" + Integer.toHexString(tables.hashCode());
    this.onWork = onWork;
    this.onEntry = onEntry;
    this.teller = Executors.newSingleThreadExecutor(task -> daemon(task, "notifykit-tell"));
    this.ear = daemon(this::hear, "notifykit-listen");
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public synchronized void listen() {
    if (ear.getState() == Thread.State.NEW) {
      ear.start();
    }
  }

  @Override
  public void tell(Collection<Route> routes) {
    if (!routes.isEmpty()) {
      tellSoon(words(routes), Integer.MAX_VALUE); // there are few
    }
  }

  @Override
  public void tell(EntryKey entry) {
    tellSoon(List.of(word(entry)), MOST_UNTOLD);
  }

  /** Drops what would make it more than {@code most}: entries must not crowd out work. */
  private void tellSoon(List<String> words, int most) {
    synchronized (untold) {
      boolean idle = untold.isEmpty();
      if (untold.size() < most) {
        untold.addAll(words);
      }
      if (idle && !closed) {
        teller.execute(this::tellAll);
      }
    }
  }

  private void tellAll() {
    List<String> words;
    synchronized (untold) {
      words = List.copyOf(untold);
      untold.clear();
    }
    try (Connection connection = dataSource.getConnection()) {
      notify(connection, words);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } catch (SQLException | RuntimeException e) { // a data source throws what it likes
      LOG.debug("other nodes were not told of what is new; they find it when they look", e);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  @Override
  public void tellOnCommit(Connection transaction, Collection<Route> routes) throws SQLException {
    if (!routes.isEmpty()) {
      notify(transaction, words(routes));
    }
  }

  private static List<String> words(Collection<Route> routes) {
    return routes.stream().map(Route::name).toList();
  }

  /** In as few texts as hold them. */
  private void notify(Connection connection, List<String> words) throws SQLException {
    try (PreparedStatement s = connection.prepareStatement(TELL)) {
      s.setString(1, channel);
      StringBuilder text = new StringBuilder(node);
      for (String word : words) {
        if (text.length() + 1 + word.length() > LONGEST_TEXT) {
          notify(s, text);
          text.setLength(node.length());
        }
        text.append(' ').append(word);
      }
      notify(s, text);
    }
  }

  private static void notify(PreparedStatement s, StringBuilder text) throws SQLException {
    s.setString(2, text.toString());
    s.execute();
  }

  private void hear() {
    while (!closed) {
      try (Connection connection = dataSource.getConnection()) {
        hear(connection);
      } catch (SQLException | RuntimeException e) { // as there
        if (!closed) {
          LOG.debug("not listening for new work of other nodes; polling goes on", e);
          LockSupport.parkNanos(RECONNECT.toNanos());
        }
      }
    }
  }

  private void hear(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    PGConnection postgres = connection.unwrap(PGConnection.class);
    try (Statement s = connection.createStatement()) {
      s.execute("LISTEN " + channel);
      heardAll(); // of what came while nobody listened
      int quiet = 0;
      while (!closed) {
        PGNotification[] some = postgres.getNotifications(LISTEN_MILLIS);
        for (PGNotification heard : some) {
          heard(heard.getParameter());
        }
        quiet = some.length > 0 ? 0 : quiet + 1;
        if (quiet == QUIET) {
          askForAnswer(connection);
          quiet = 0;
        }
      }
      s.execute("UNLISTEN " + channel);
    }
  }

  /** Nothing else is ever said on it: a router may have forgotten it, and nobody would know. */
  private static void askForAnswer(Connection connection) throws SQLException {
    if (!connection.isValid(ANSWERS_WITHIN_SECONDS)) {
      throw new SQLException("the connection to listen on gave no answer");
    }
  }

  private void heardAll() {
    for (Route route : Route.values()) {
      onWork.accept(route);
    }
  }

  private void heard(String text) {
    List<String> words = List.of(text.split(" ", -1));
    if (!words.get(0).equals(node)) {
      words.subList(1, words.size()).forEach(this::heardWord);
    }
  }

  /** Another version may know other words; they are passed over. */
  private void heardWord(String word) {
    for (Route route : Route.values()) {
      if (route.name().equals(word)) {
        onWork.accept(route);
      }
    }
    EntryKey entry = entry(word);
    if (entry != null) {
      onEntry.accept(entry);
    }
  }

  /** The longest tenant and recipient make it 1,700 bytes long. */
  private static String word(EntryKey entry) {
    return String.join(":", base64(entry.tenant()), base64(entry.recipientId()), "" + entry.id());
  }

  private static @Nullable EntryKey entry(String word) {
    String[] parts = word.split(":", -1);
    try {
      return parts.length != 3
          ? null
          : new EntryKey(text(parts[0]), text(parts[1]), UUID.fromString(parts[2]));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String text(String base64) {
    return new String(Base64.getUrlDecoder().decode(base64), UTF_8);
  }

  @Override
  public void close() {
    synchronized (untold) {
      closed = true;
    }
    teller.shutdown();
    try {
      ear.join(2L * LISTEN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
