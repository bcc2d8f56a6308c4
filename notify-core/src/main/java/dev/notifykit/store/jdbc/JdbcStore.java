package dev.notifykit.store.jdbc;

import dev.notifykit.ConfigurationException;
import dev.notifykit.StoreException;
import dev.notifykit.internal.Options;
import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.OnceStore;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.RateLimitStore;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.TemplateStore;
import dev.notifykit.store.TrackingStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a relational database: PostgreSQL 13, MySQL 8, MariaDB 10.6 or later for any number of
 * nodes, or H2 2.4 in a file for one process. Thread-safe; nodes that use the same tables share
 * everything.
 *
 * <pre>{@code
 * NotificationStore store = JdbcStore.create(dataSource);
 * NotificationStore embedded = JdbcStore.h2(Path.of("data/notifications"));
 * }</pre>
 *
 * <p>The DataSource should be a pool; a connection is borrowed for one short transaction at a time
 * and given back as it came. The store does not close it. Due times, leases and limits follow the
 * database's clock. A send inside a transaction, passed as a {@link Connection} or found by a
 * {@link TransactionSource}, commits or rolls back with it.
 *
 * <p>Deadlocks, lock timeouts, serialization failures and connections lost before a commit was sent
 * are tried again on the store's own transactions; whatever else goes wrong is a {@link
 * StoreException}, without the values concerned. Its message says so when it is not known whether a
 * commit happened.
 */
public final class JdbcStore implements NotificationStore {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);

  /** What to do when the database's settings may lose acknowledged commits in a crash. */
  public enum OnUnsafeSettings {
    /** Log a warning and go on; the default. */
    WARN,
    /** Refuse to open. */
    REFUSE
  }

  private final Database db;
  private final Runnable closeOwned;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final JdbcQueue queue;
  private final JdbcLog log;
  private final JdbcRecipients recipients;
  private final JdbcPreferences preferences;
  private final JdbcRateLimits rateLimits;
  private final JdbcTemplates templates;
  private final JdbcInbox inbox;
  private final JdbcTracking tracking;
  private final JdbcOnce once;
  private NodeSignals signals = NodeSignals.NONE; // set before the store is given out

  private JdbcStore(Database db, TransactionSource transactions, Runnable closeOwned) {
    this.db = db;
    this.closeOwned = closeOwned;
    this.queue = new JdbcQueue(db, transactions);
    this.log = new JdbcLog(db);
    this.recipients = new JdbcRecipients(db);
    this.preferences = new JdbcPreferences(db);
    this.rateLimits = new JdbcRateLimits(db);
    this.templates = new JdbcTemplates(db);
    this.inbox = new JdbcInbox(db);
    this.tracking = new JdbcTracking(db);
    this.once = new JdbcOnce(db);
  }

  /**
   * Opens a store with every default, creating or updating its tables.
   *
   * @param dataSource a pool of connections; stays the caller's to close
   * @throws ConfigurationException if the database is of no supported kind
   * @throws StoreException if it cannot be reached or the tables cannot be made
   */
  public static JdbcStore create(DataSource dataSource) {
    return builder(dataSource).build();
  }

  /**
   * Opens a store in an H2 database file of its own, for one process, with the setting that makes a
   * commit survive the death of the process. That it survives a power failure is not proven. Needs
   * {@code com.h2database:h2} on the class path. Closing the store closes the file.
   *
   * @param file the file, without H2's suffix {@code .mv.db}; made if it does not exist
   * @throws ConfigurationException if H2 is not on the class path or the path contains a semicolon
   * @throws StoreException if the file cannot be opened, such as when another process has it open
   */
  public static JdbcStore h2(Path file) {
    EmbeddedH2.Opened opened;
    try {
      opened = EmbeddedH2.open(Options.notNull("file", file));
    } catch (NoClassDefFoundError e) {
      throw new ConfigurationException(
          "JdbcStore.h2 needs com.h2database:h2 on the class path; add the dependency", e);
    }
    return builder(opened.dataSource()).closing(opened.close()).build();
  }

  /**
   * Starts a store.
   *
   * @param dataSource a pool of connections; stays the caller's to close
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(Options.notNull("dataSource", dataSource));
  }

  /**
   * Creates the tables or brings them to this version. Several nodes may do so at once: one does,
   * the others wait for it and find nothing to do. What was done is recorded in the table {@code
   * schema_version}. The scripts are in the jar, under {@code
   * dev/notifykit/store/jdbc/<database>/}, for those who run their own migrations.
   *
   * @return how many scripts were run, 0 if the tables were up to date
   * @throws StoreException if the database refuses
   */
  public int migrate() {
    return db.write(Migrations::migrate);
  }

  /**
   * Writes recipients, preferences, suppressed addresses and the log of settled deliveries with
   * their notifications and attempts as JSON Lines in UTF-8, one row a line. Holds no lock: what
   * changes meanwhile may or may not be in it. The stream contains addresses and content in the
   * clear, is flushed, and stays the caller's to close.
   *
   * @param out where to
   * @return how many lines were written
   * @throws IOException if the stream fails
   * @throws StoreException if the database fails
   */
  public long export(OutputStream out) throws IOException {
    return new Transfer(db).export(out);
  }

  /**
   * Reads what {@link #export} wrote, into this store's tables, in pages of one transaction each. A
   * recipient or preference that is there already is replaced; a logged delivery that is there
   * already stays as it is. Reading the same lines again changes nothing.
   *
   * @param in where from; stays the caller's to close
   * @return how many lines were read
   * @throws IOException if the stream fails
   * @throws StoreException if a line is not of such a stream, or the database fails; pages before
   *     it stay imported
   */
  public long importFrom(InputStream in) throws IOException {
    return new Transfer(db).importFrom(in);
  }

  /** Returns the database's clock, measured now and then, to the microsecond. */
  @Override
  public InstantSource clock() {
    return db.clock;
  }

  @Override
  public DeliveryQueue queue() {
    return queue;
  }

  @Override
  public DeliveryLog log() {
    return log;
  }

  @Override
  public RecipientStore recipients() {
    return recipients;
  }

  @Override
  public PreferenceStore preferences() {
    return preferences;
  }

  @Override
  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public TemplateStore templates() {
    return templates;
  }

  @Override
  public InboxStore inbox() {
    return inbox;
  }

  @Override
  public TrackingStore tracking() {
    return tracking;
  }

  @Override
  public OnceStore once() {
    return once;
  }

  private void signals(NodeSignals opened) {
    signals = opened;
    queue.signals(opened);
    inbox.signals(opened);
  }

  /** Stops listening to other nodes, and closes the database file if {@link #h2} opened it. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      signals.close();
      inbox.close();
      closeOwned.run();
    }
  }

  /** Builds a {@link JdbcStore}. Not thread-safe. */
  public static final class Builder {
    private final DataSource dataSource;
    private String tablePrefix = "notify_";
    private String schema = "";
    private boolean migrate = true;
    private TransactionSource transactions = TransactionSource.NONE;
    private OnUnsafeSettings onUnsafeSettings = OnUnsafeSettings.WARN;
    private boolean wakeNodes;
    private Runnable closeOwned = () -> {};

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
    }

    private Builder closing(Runnable value) {
      this.closeOwned = value;
      return this;
    }

    /**
     * Sets what the tables' names begin with; default {@code notify_}.
     *
     * @param value up to 31 letters, digits and underscores, no digit first
     */
    public Builder tablePrefix(String value) {
      this.tablePrefix = Options.notNull("tablePrefix", value);
      return this;
    }

    /**
     * Sets the schema (MySQL: database) of the tables, which must exist; default the connection's.
     *
     * @param value up to 31 letters, digits and underscores, no digit first
     */
    public Builder schema(String value) {
      this.schema = Options.notNull("schema", value);
      return this;
    }

    /** Sets whether opening the store runs {@link JdbcStore#migrate}; default true. */
    public Builder migrate(boolean value) {
      this.migrate = value;
      return this;
    }

    /** Sets who knows of the calling thread's transaction; default nobody. */
    public Builder transactions(TransactionSource value) {
      this.transactions = Options.notNull("transactions", value);
      return this;
    }

    /**
     * Sets what to do when a crash may lose acknowledged commits: H2 without {@code WRITE_DELAY=0},
     * PostgreSQL with {@code fsync} or {@code synchronous_commit} off, MySQL and MariaDB with
     * {@code innodb_flush_log_at_trx_commit} other than 1. Default {@link OnUnsafeSettings#WARN}.
     */
    public Builder onUnsafeSettings(OnUnsafeSettings value) {
      this.onUnsafeSettings = Options.notNull("onUnsafeSettings", value);
      return this;
    }

    /**
     * Sets whether nodes tell each other of new work and of new inbox entries by PostgreSQL's
     * LISTEN and NOTIFY, so that what one appends and cannot take itself is taken by another within
     * milliseconds instead of at its next poll, and listeners to an inbox are told of what any node
     * adds; default false, which costs nothing. Nodes that should hear and be heard all set it.
     * Takes one connection of the pool for as long as the store is open, and needs {@code
     * org.postgresql:postgresql} on the class path and no transaction-level pooler in between.
     * Polling goes on as before; a lost signal costs no more than a poll.
     */
    public Builder wakeNodes(boolean value) {
      this.wakeNodes = value;
      return this;
    }

    /**
     * Opens the store.
     *
     * @throws ConfigurationException if an option is malformed, the database is of no supported
     *     kind, or its settings are refused
     * @throws StoreException if the database cannot be reached, or the tables cannot be made or are
     *     not there
     */
    public JdbcStore build() {
      try {
        Names names = new Names(schema, tablePrefix);
        JdbcStore store = new JdbcStore(open(names), transactions, closeOwned);
        checkSettings(store.db);
        if (migrate) {
          store.migrate();
        } else {
          store.db.read(Migrations::check);
        }
        if (wakeNodes) {
          listen(store, names);
        }
        return store;
      } catch (RuntimeException e) {
        closeOwned.run();
        throw e;
      }
    }

    private void listen(JdbcStore store, Names names) {
      if (!(store.db.dialect instanceof PostgresDialect)) {
        throw new ConfigurationException("wakeNodes needs PostgreSQL; leave it off");
      }
      try {
        store.signals(
            new PostgresSignals(
                dataSource, names.identity(), store.queue::heard, store.inbox::heard));
      } catch (NoClassDefFoundError e) {
        throw new ConfigurationException(
            "wakeNodes needs org.postgresql:postgresql on the class path; add the dependency", e);
      }
    }

    private Database open(Names names) {
      try (Connection connection = dataSource.getConnection()) {
        DatabaseMetaData meta = connection.getMetaData();
        boolean setsIsolation =
            connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED;
        return new Database(
            dataSource,
            dialect(meta.getDatabaseProductName(), meta.getDatabaseProductVersion()),
            names,
            setsIsolation,
            transactions);
      } catch (SQLException e) {
        throw Failures.noConnection(e);
      }
    }

    /** MySQL's driver calls a MariaDB "MySQL", too; its version tells. */
    private static Dialect dialect(String product, String version) {
      String name = product.toLowerCase(Locale.ROOT);
      if (name.contains("postgresql")) {
        return new PostgresDialect();
      }
      if (name.contains("mariadb") || name.contains("mysql")) {
        return new MySqlDialect((name + version.toLowerCase(Locale.ROOT)).contains("mariadb"));
      }
      if (name.equals("h2")) {
        return new H2Dialect();
      }
      throw new ConfigurationException(
          "JdbcStore supports PostgreSQL, MySQL, MariaDB and H2, not " + product);
    }

    private void checkSettings(Database db) {
      Optional<String> unsafe = db.read(tx -> tx.dialect.unsafeSetting(tx));
      if (unsafe.isPresent()) {
        String message = unsafe.get() + ": a crash may lose notifications that send() acknowledged";
        if (onUnsafeSettings == OnUnsafeSettings.REFUSE) {
          throw new ConfigurationException(message);
        }
        LOG.warn("{}", message);
      }
    }
  }
}
