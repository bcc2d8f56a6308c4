package dev.notifykit.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** H2 2.4 in a file, for one process. */
final class H2Dialect extends Dialect {
  private static final ReentrantLock MIGRATION = new ReentrantLock();
  private static final int PART = 64;
  private static final Pattern TENANT = Pattern.compile("\\b((?:\\w+\\.)?tenant) = \\?");

  // The texts are constants of ours, few and far between.
  private final Map<String, String> tenantHidden = new ConcurrentHashMap<>();

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

  /** It runs in this process, so a short text that is parsed once beats fewer statements. */
  @Override
  void insert(Tx tx, String table, String columns, List<? extends List<?>> rows)
      throws SQLException {
    tx.insertEach(table, columns, rows);
  }

  /**
   * H2 looks a list of values up in an index only if no other condition is on that index; else it
   * reads all of the tenant. The keys therefore begin with the name, and the tenant is hidden.
   */
  @Override
  String namesOfTenant(String sql) {
    return tenantHidden.computeIfAbsent(
        sql, text -> TENANT.matcher(text).replaceAll("COALESCE($1, '') = ?"));
  }

  /** In parts, since each row found is compared with all values again. */
  @Override
  List<Tx.In> in(Tx tx, Collection<?> values) throws SQLException {
    Object[] all = values.toArray();
    List<Tx.In> parts = new ArrayList<>();
    for (int from = 0; from < all.length; from += PART) {
      Object[] part = Arrays.copyOfRange(all, from, Math.min(all.length, from + PART));
      parts.add(new Tx.In("= ANY (?)", tx.connection.createArrayOf("NULL", part)));
    }
    return parts;
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

  @Override
  Settler settler() {
    return new H2Settler();
  }

  /** A database in memory has nothing to lose in a crash that its user did not accept. */
  @Override
  Optional<String> unsafeSetting(Tx tx) throws SQLException {
    if (tx.connection.getMetaData().getURL().startsWith("jdbc:h2:mem:")) {
      return Optional.empty();
    }
    return tx
        .query(
            "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                + " WHERE SETTING_NAME = 'WRITE_DELAY'",
            r -> r.getString(1))
        .stream()
        .filter(value -> !value.equals("0"))
        .map(value -> "H2's WRITE_DELAY is " + value + " ms, put ;WRITE_DELAY=0 into the URL")
        .findFirst();
  }
}
