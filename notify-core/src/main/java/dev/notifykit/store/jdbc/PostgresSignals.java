package dev.notifykit.store.jdbc;

import dev.notifykit.Route;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals by LISTEN and NOTIFY.
 *
 * <p>A NOTIFY takes a lock that all commits with one share, so it is never part of the store's own
 * commits: what was appended meanwhile is told of in one NOTIFY of its own, and then nothing for a
 * while. One that is lost, with its connection or a crash, costs a poll.
 *
 * <p>Two threads: one listens on a connection it keeps, the other tells when there is something to
 * tell. The only class that needs the driver on the class path.
 */
final class PostgresSignals implements NodeSignals {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSignals.class);
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final int LISTEN_MILLIS = 500;
  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final String TELL = "SELECT pg_notify(?, ?)";

  private final DataSource dataSource;
  private final String channel;
  private final Consumer<Route> listener;
  private final String node = UUID.randomUUID().toString();
  private final ExecutorService teller;
  private final Thread ear;
  private final Set<Route> untold = EnumSet.noneOf(Route.class); // guarded by itself
  private volatile boolean closed;

  PostgresSignals(DataSource dataSource, String tables, Consumer<Route> listener) {
    this.dataSource = dataSource;
    this.channel = "notifykit_" + Integer.toHexString(tables.hashCode());
    this.listener = listener;
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
    synchronized (untold) {
      boolean idle = untold.isEmpty();
      untold.addAll(routes);
      if (idle && !closed && !routes.isEmpty()) {
        teller.execute(this::tellAll);
      }
    }
  }

  private void tellAll() {
    Set<Route> routes;
    synchronized (untold) {
      routes = EnumSet.copyOf(untold);
      untold.clear();
    }
    try (Connection connection = dataSource.getConnection()) {
      notify(connection, routes);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } catch (SQLException e) {
      LOG.debug("other nodes were not told of new work; they find it when they poll", e);
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  @Override
  public void tellOnCommit(Connection transaction, Collection<Route> routes) throws SQLException {
    if (!routes.isEmpty()) {
      notify(transaction, routes);
    }
  }

  private void notify(Connection connection, Collection<Route> routes) throws SQLException {
    StringBuilder text = new StringBuilder(node);
    routes.forEach(route -> text.append(' ').append(route.name()));
    try (PreparedStatement s = connection.prepareStatement(TELL)) {
      s.setString(1, channel);
      s.setString(2, text.toString());
      s.execute();
    }
  }

  private void hear() {
    while (!closed) {
      try (Connection connection = dataSource.getConnection()) {
        hear(connection);
      } catch (SQLException e) {
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
      while (!closed) {
        for (PGNotification heard : postgres.getNotifications(LISTEN_MILLIS)) {
          heard(heard.getParameter());
        }
      }
      s.execute("UNLISTEN " + channel);
    }
  }

  private void heardAll() {
    for (Route route : Route.values()) {
      listener.accept(route);
    }
  }

  /** Another version may know other routes; its words are passed over. */
  private void heard(String text) {
    String[] words = text.split(" ", -1);
    if (!words[0].equals(node)) {
      for (Route route : Route.values()) {
        for (String word : words) {
          if (route.name().equals(word)) {
            listener.accept(route);
          }
        }
      }
    }
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
