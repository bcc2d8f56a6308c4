package dev.notifykit.spring.boot;

import dev.notifykit.store.jdbc.JdbcStore.OnUnsafeSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where everything is kept.
 *
 * @param type which store to use; what is there unless set
 * @param jdbc the store in the application's database
 * @param memory the store in memory
 */
@ConfigurationProperties("notify.store")
record StoreProperties(
    @DefaultValue("auto") Type type, @DefaultValue Jdbc jdbc, @DefaultValue Memory memory) {

  /** Which store to use. */
  enum Type {
    /** The database where there is one DataSource, else memory. */
    AUTO,
    /** The application's DataSource. */
    JDBC,
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
   */
  record Jdbc(
      @DefaultValue("true") boolean migrate,
      @Nullable String tablePrefix,
      @Nullable String schema,
      @Nullable OnUnsafeSettings onUnsafeSettings) {}

  /**
   * The store in memory.
   *
   * @param capacity the most deliveries that may wait; the library's own limit unless set
   * @param blockWhenFull how long a send waits for room before it is refused
   */
  record Memory(@Nullable Integer capacity, @Nullable Duration blockWhenFull) {}
}
