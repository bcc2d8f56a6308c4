package dev.notifykit.spring.boot;

import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.redis.RedisStore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where everything is kept.
 *
 * @param type which store to use; what is there unless set
 * @param jdbc the store in the application's database
 * @param redis the store in Redis
 * @param memory the store in memory
 */
@ConfigurationProperties("notify.store")
record StoreProperties(
    @DefaultValue("auto") Type type,
    @DefaultValue Jdbc jdbc,
    @DefaultValue Redis redis,
    @DefaultValue Memory memory) {

  /** Which store to use. */
  enum Type {
    /**
     * The database where there is one DataSource, else Redis where its address is set, else memory.
     */
    AUTO,
    /** The application's DataSource. */
    JDBC,
    /** Redis, with Lettuce on the class path. */
    REDIS,
    /** Memory: gone with the process. */
    MEMORY
  }

  /**
   * The store in the application's database.
   *
   * @param migrate whether the tables are made and updated at the start
   * @param tablePrefix what the tables' names begin with; notify_ unless set
   * @param schema the schema of the tables; the connection's unless set
   * @param onUnsafeSettings whether to warn or refuse when a crash of the database may lose
   *     acknowledged notifications; warn unless set
   * @param wakeNodes whether nodes tell each other of new work and inbox entries; PostgreSQL only,
   *     takes one connection of the pool
   */
  record Jdbc(
      @DefaultValue("true") boolean migrate,
      @Nullable String tablePrefix,
      @Nullable String schema,
      JdbcStore.@Nullable OnUnsafeSettings onUnsafeSettings,
      @DefaultValue("false") boolean wakeNodes) {}

  /**
   * The store in Redis.
   *
   * @param uris where it is, such as redis://host:6379; several only for a cluster; where
   *     spring.data.redis says unless set
   * @param cluster whether the uris are a cluster's
   * @param sentinelUsername the user that the Sentinels of the uris ask for, if they ask for one
   * @param sentinelPassword the password that the Sentinels of the uris ask for, if they ask for
   *     one
   * @param sslBundle the SSL bundle to connect to the uris with; the JVM's trust unless set
   * @param keyPrefix what the keys' names begin with; notify unless set
   * @param partitions over how many parts the queues are spread; 16 in a cluster and 1 otherwise
   *     unless set; not to be changed once there is data
   * @param timeout how long an answer is waited for; 5 s unless set
   * @param trackingRetention how long opens, clicks and the like are kept after a delivery's last;
   *     30 days unless set
   * @param inboxSize how many entries an inbox keeps; 1,000 unless set
   * @param onUnsafeSettings whether to warn or refuse when a crash of the server or full memory may
   *     lose acknowledged notifications; warn unless set
   */
  record Redis(
      @DefaultValue List<String> uris,
      @DefaultValue("false") boolean cluster,
      @Nullable String sentinelUsername,
      @Nullable String sentinelPassword,
      @Nullable String sslBundle,
      @Nullable String keyPrefix,
      @Nullable Integer partitions,
      @Nullable Duration timeout,
      @Nullable Duration trackingRetention,
      @Nullable Integer inboxSize,
      RedisStore.@Nullable OnUnsafeSettings onUnsafeSettings) {
    /** Shows no address, which may hold a password. */
    @Override
    public String toString() {
      return "notify.store.redis";
    }
  }

  /**
   * The store in memory.
   *
   * @param capacity the most deliveries that are not settled; 2,000,000 unless set
   * @param blockWhenFull how long a send waits for room before it is refused; refused at once
   *     unless set
   * @param inboxSize how many entries an inbox keeps; 1,000 unless set
   */
  record Memory(
      @Nullable Integer capacity, @Nullable Duration blockWhenFull, @Nullable Integer inboxSize) {}
}
