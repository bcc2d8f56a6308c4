package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import dev.notifykit.policy.TokenBucket;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MySQL 8 and MariaDB 10.6, and later. */
final class MySqlDialect extends Dialect {
  private static final int LOCK_SECONDS = 60;
  private final boolean mariaDb;

  MySqlDialect(boolean mariaDb) {
    this.mariaDb = mariaDb;
  }

  @Override
  String folder() {
    return "mysql";
  }

  /**
   * From UTC, since UNIX_TIMESTAMP(NOW(6)) is ambiguous when the session's zone leaves summer time.
   */
  @Override
  String now() {
    return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";
  }

  @Override
  void bind(PreparedStatement s, int at, UUID id) throws SQLException {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    s.setBytes(at, bytes.array());
  }

  @Override
  UUID uuid(ResultSet row, String column) throws SQLException {
    ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(column));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** Neither pads with blanks nor folds case: ids that differ in any way are different ids. */
  @Override
  String ddl(String script) {
    return script.replace("${collation}", mariaDb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
  }

  @Override
  String upsert(String table, int keys, List<String> all) {
    return insert(table, all)
        + " ON DUPLICATE KEY UPDATE "
        + all.subList(keys, all.size()).stream()
            .map(c -> c + " = VALUES(" + c + ")")
            .collect(Collectors.joining(", "));
  }

  /** Not INSERT IGNORE, which would also ignore a value that does not fit. */
  @Override
  boolean insertIfAbsent(
      Tx tx, String table, int keys, List<String> columns, @Nullable Object... values)
      throws SQLException {
    try {
      return tx.update(insert(table, columns), values) > 0;
    } catch (SQLException e) {
      if (Failures.isDuplicateKey(e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * A plain INSERT that meets a row leaves a shared lock on it, and two that go on to lock it for
   * themselves then wait for each other; this one locks it for itself at once.
   */
  @Override
  void touch(Tx tx, String table, int keys, List<String> columns, @Nullable Object... values)
      throws SQLException {
    tx.update(insert(table, columns) + keepIfThere(columns), values);
  }

  /**
   * At REPEATABLE READ, the default of callers' transactions, a locking look for an id that nobody
   * has locks the gap where it would be, and until the commit no other transaction inserts there.
   * So the first look locks nothing. One that follows an insert that met a row shares it, for the
   * insert has left it shared, and others' too.
   */
  @Override
  String lockEvents(int look) {
    return look == 1 ? "" : " LOCK IN SHARE MODE";
  }

  @Override
  void touchBuckets(Tx tx, Collection<String> sortedKeys) throws SQLException {
    List<List<?>> rows = new ArrayList<>(sortedKeys.size());
    sortedKeys.forEach(key -> rows.add(List.of(key, TokenBucket.FULL)));
    tx.insertTogether("bucket", "bucket_key, full_at", rows, keepIfThere(List.of("bucket_key")));
  }

  private static String keepIfThere(List<String> columns) {
    return " ON DUPLICATE KEY UPDATE %1$s = VALUES(%1$s)".formatted(columns.get(0));
  }

  /** By a digest, since MySQL refuses a lock's name of more than 64 characters. */
  @Override
  void lockForMigration(Tx tx) throws SQLException {
    boolean locked =
        tx.query(
                "SELECT GET_LOCK(SHA2(?, 256), ?)",
                r -> r.getInt(1) == 1,
                tx.names.identity(),
                LOCK_SECONDS)
            .get(0);
    if (!locked) {
      throw new StoreException(
          "another node has been migrating the schema for " + LOCK_SECONDS + " s; try again");
    }
  }

  @Override
  void unlockAfterMigration(Tx tx) throws SQLException {
    tx.query("SELECT RELEASE_LOCK(SHA2(?, 256))", r -> true, tx.names.identity());
  }

  @Override
  Optional<String> unsafeSetting(Tx tx) throws SQLException {
    return tx.query("SELECT @@innodb_flush_log_at_trx_commit", r -> r.getInt(1)).stream()
        .filter(value -> value != 1)
        .map(value -> "innodb_flush_log_at_trx_commit is " + value)
        .findFirst();
  }
}
