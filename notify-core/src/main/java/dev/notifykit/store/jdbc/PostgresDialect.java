package dev.notifykit.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 13 and later. */
final class PostgresDialect extends Dialect {
  @Override
  String folder() {
    return "postgresql";
  }

  @Override
  String now() {
    return "(extract(epoch from clock_timestamp()) * 1000000)::bigint";
  }

  @Override
  String upsert(String table, int keys, List<String> all) {
    return insert(table, all)
        + " ON CONFLICT (" + String.join(", ", all.subList(0, keys)) + ") DO UPDATE SET "
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
        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
        r -> true,
        tx.names.identity());
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
}
