package dev.notifykit.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** H2 2.4 in a file, for one process. */
final class H2Dialect extends Dialect {
  private static final ReentrantLock MIGRATION = new ReentrantLock();

  @Override
  String folder() {
    return "h2";
  }

  @Override
  String now() {
    // Not DATEDIFF, which compares local times and so is off by the zone's offset.
    return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";
  }

  @Override
  void readCommitted(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
  }

  /**
   * With an order H2 locks every candidate before it cuts off; the index has them in order anyway.
   */
  @Override
  String longestDue() {
    return "";
  }

  @Override
  String upsert(String table, int keys, List<String> all) {
    return "MERGE INTO {"
        + table
        + "} ("
        + String.join(", ", all)
        + ") KEY ("
        + String.join(", ", all.subList(0, keys))
        + ") VALUES ("
        + all.stream().map(c -> "?").collect(Collectors.joining(", "))
        + ")";
  }

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

  /** Looks first: most are there, and an INSERT that fails is dear. */
  @Override
  void touchBuckets(Tx tx, Collection<String> sortedKeys) throws SQLException {
    Set<String> missing = new TreeSet<>(sortedKeys);
    tx.queryIn(
        "SELECT bucket_key FROM {bucket} WHERE bucket_key IN (?*)",
        r -> missing.remove(r.getString("bucket_key")),
        sortedKeys);
    super.touchBuckets(tx, missing);
  }

  /** H2 is for one process, and fails with an internal error when DDL of one table meets. */
  @Override
  void lockForMigration(Tx tx) {
    MIGRATION.lock();
  }

  @Override
  void unlockAfterMigration(Tx tx) {
    MIGRATION.unlock();
  }

  /** A database in memory has nothing to lose in a crash that its user did not accept. */
  @Override
  Optional<String> unsafeSetting(Tx tx) throws SQLException {
    if (tx.connection.getMetaData().getURL().startsWith("jdbc:h2:mem:")) {
      return Optional.empty();
    }
    return tx
        .query(
            "SELECT setting_value FROM information_schema.settings"
                + " WHERE setting_name = 'WRITE_DELAY'",
            r -> r.getString(1))
        .stream()
        .filter(value -> !value.equals("0"))
        .map(value -> "H2's WRITE_DELAY is " + value + " ms, put ;WRITE_DELAY=0 into the URL")
        .findFirst();
  }
}
