package dev.notifykit.store.jdbc;

import dev.notifykit.store.OnceStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Values that are set once: who inserts the row is first. A lapsed row counts as none, and lapsed
 * rows are deleted after every so many calls.
 */
final class JdbcOnce implements OnceStore {
  private static final int SWEEP_EVERY = 512;
  private static final List<String> COLUMNS = List.of("name", "held", "expires_at");

  private final Database db;
  private final AtomicInteger calls = new AtomicInteger();

  JdbcOnce(Database db) {
    this.db = db;
  }

  @Override
  public String putIfAbsent(String name, String value, @Nullable Duration keep) {
    if (calls.incrementAndGet() % SWEEP_EVERY == 0) {
      db.single(tx -> tx.update("DELETE FROM {once} WHERE expires_at <= " + tx.dialect.now()));
    }
    return db.write(tx -> put(tx, name, value, keep));
  }

  private static String put(Tx tx, String name, String value, @Nullable Duration keep)
      throws SQLException {
    long now = tx.now();
    long until = keep == null ? Long.MAX_VALUE : now + Micros.of(keep);
    while (!tx.dialect.insertIfAbsent(tx, "once", 1, COLUMNS, name, value, until)) {
      List<String> held =
          tx.query(
              "SELECT held FROM {once} WHERE name = ? AND expires_at > ?",
              r -> r.getString("held"),
              name,
              now);
      if (!held.isEmpty()) {
        return held.get(0);
      }
      tx.update("DELETE FROM {once} WHERE name = ? AND expires_at <= ?", name, now);
    }
    return value;
  }
}
