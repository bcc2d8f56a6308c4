package dev.notifykit.store.jdbc;

import dev.notifykit.policy.TokenBucket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 13 and later. */
final class PostgresDialect extends Dialect {
  /** Put before a statement that must find its rows by index however small the tables are now. */
  static final String BY_INDEX =
      "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; ";

  /** How a statement says that a value is in a list. */
  static final String ANY = "= ANY (?)";

  private static final PgArrays.Columns BUCKETS =
      PgArrays.Columns.of("bucket_key text, full_at bigint");

  @Override
  String byIndex() {
    return BY_INDEX;
  }

  @Override
  String folder() {
    return "postgresql";
  }

  @Override
  String now() {
    return "(extract(epoch from clock_timestamp()) * 1000000)::bigint";
  }

  /**
   * Many by COPY, where the driver is the one that can. A statement that fails ends the transaction
   * here, so one that met a key which was taken meanwhile is for the whole of it to begin anew.
   */
  @Override
  void insert(Tx tx, String table, String columns, List<? extends List<?>> rows)
      throws SQLException {
    try {
      if (rows.size() >= PgCopy.FEWEST && copies(tx.connection)) {
        PgCopy.insert(tx, table, columns, rows);
      } else {
        super.insert(tx, table, columns, rows);
      }
    } catch (SQLException e) {
      throw Failures.isKeyTaken(e) ? Failures.again() : e;
    }
  }

  /** Whether many rows are copied on this connection. */
  static boolean copies(Connection connection) throws SQLException {
    try {
      return PgCopy.isPossible(connection);
    } catch (NoClassDefFoundError e) {
      return false; // another driver's connection, and pgjdbc is not there
    }
  }

  /** One array whatever the number: one short text to parse, and one value to bind. */
  @Override
  List<Tx.In> in(Tx tx, Collection<?> values) throws SQLException {
    if (values.isEmpty()) {
      return List.of();
    }
    boolean ids = values.iterator().next() instanceof UUID;
    Object[] all = values.toArray(ids ? new UUID[0] : new String[0]);
    return List.of(new Tx.In(ANY, tx.connection.createArrayOf(ids ? "uuid" : "text", all)));
  }

  @Override
  String upsert(String table, int keys, List<String> all) {
    return insert(table, all)
        + " ON CONFLICT ("
        + String.join(", ", all.subList(0, keys))
        + ") DO UPDATE SET "
        + all.subList(keys, all.size()).stream()
            .map(c -> c + " = excluded." + c)
            .collect(Collectors.joining(", "));
  }

  @Override
  boolean insertIfAbsent(
      Tx tx, String table, int keys, List<String> columns, @Nullable Object... values)
      throws SQLException {
    return tx.update(insert(table, columns) + " ON CONFLICT DO NOTHING", values) > 0;
  }

  @Override
  void lockForMigration(Tx tx) throws SQLException {
    tx.query(
        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", r -> true, tx.names.identity());
  }

  @Override
  Optional<String> unsafeSetting(Tx tx) throws SQLException {
    return tx
        .query(
            "SELECT name || ' is off' FROM pg_settings"
                + " WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'",
            r -> "PostgreSQL's " + r.getString(1))
        .stream()
        .findFirst();
  }

  /** An update that changes nothing, for its lock; taken in the order of the keys. */
  @Override
  void touchBuckets(Tx tx, Collection<String> sortedKeys) throws SQLException {
    PgArrays keys = new PgArrays(BUCKETS);
    sortedKeys.forEach(key -> keys.add(key, TokenBucket.FULL));
    tx.update(
        "INSERT INTO {bucket} AS b (bucket_key, full_at) SELECT bucket_key, full_at FROM "
            + BUCKETS.unnest("k")
            + " ON CONFLICT (bucket_key) DO UPDATE SET full_at = b.full_at",
        keys.arguments(tx));
  }

  @Override
  Appender appender() {
    return new PostgresAppender();
  }

  @Override
  Claimer claimer() {
    return new PostgresClaimer();
  }

  @Override
  Settler settler() {
    return new PostgresSettler();
  }
}
