package dev.notifykit.benchmarks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What one would write by hand: one table with one index, inserted into, claimed from and deleted
 * from by the hundred. No dedupe, preferences, leases, retries or log.
 */
final class JdbcFloor {
  private static final int BATCH = 100;

  private final Database db;
  private final Stopwatch watch;
  private final int rows;
  private final String payload;

  JdbcFloor(Database db, Stopwatch watch, int rows, String payload) {
    this.db = db;
    this.watch = watch;
    this.rows = rows;
    this.payload = payload;
  }

  double run() throws Exception {
    db.execute(
        "CREATE TABLE floor (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            + " taken BOOLEAN NOT NULL, due_at BIGINT NOT NULL, payload "
            + (db.kind == Database.Kind.H2 ? "VARCHAR" : "TEXT")
            + " NOT NULL)",
        db.kind == Database.Kind.H2
            ? "CREATE INDEX floor_waiting ON floor (taken, id)"
            : "CREATE INDEX floor_waiting ON floor (id) WHERE NOT taken");
    List<Callable<Integer>> work = List.of(this::enqueue, this::drain);
    double rate = watch.time(rows, () -> Threads.runAll(work));
    db.clear();
    return rate;
  }

  private int enqueue() throws SQLException {
    try (Connection c = db.pool().getConnection();
        PreparedStatement s =
            c.prepareStatement("INSERT INTO floor (taken, due_at, payload) VALUES (?, ?, ?)")) {
      c.setAutoCommit(false);
      for (int i = 1; i <= rows; i++) {
        s.setBoolean(1, false);
        s.setLong(2, i);
        s.setString(3, payload);
        s.addBatch();
        if (i % BATCH == 0) {
          s.executeBatch();
          c.commit();
        }
      }
      return rows;
    }
  }

  private int drain() throws SQLException {
    try (Connection c = db.pool().getConnection()) {
      if (db.kind == Database.Kind.H2) {
        return drainH2(c);
      }
      // A plan made while the table is empty would be kept, and read all of it for ever.
      try (Statement s = c.createStatement()) {
        s.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
        return drainPostgres(c);
      } finally {
        try (Statement s = c.createStatement()) {
          s.execute("RESET ALL");
        }
      }
    }
  }

  private int drainPostgres(Connection c) throws SQLException {
    try (PreparedStatement claim =
            c.prepareStatement(
                "UPDATE floor SET taken = TRUE WHERE id IN (SELECT id FROM floor WHERE NOT taken"
                    + " ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED) RETURNING id, payload");
        PreparedStatement delete = c.prepareStatement("DELETE FROM floor WHERE id = ANY (?)")) {
      int done = 0;
      while (done < rows) {
        List<Long> ids = new ArrayList<>(BATCH);
        try (ResultSet r = claim.executeQuery()) {
          while (r.next()) {
            ids.add(r.getLong(1));
            done += r.getString(2).isEmpty() ? 0 : 1;
          }
        }
        if (!ids.isEmpty()) {
          Array array = c.createArrayOf("bigint", ids.toArray(new Long[0]));
          delete.setArray(1, array);
          delete.executeUpdate();
        }
      }
      return done;
    }
  }

  /** One drains, so nothing needs to be skipped, and ranges of the key do. */
  private int drainH2(Connection c) throws SQLException {
    c.setAutoCommit(false);
    try (PreparedStatement find =
            c.prepareStatement(
                "SELECT id, payload FROM floor WHERE taken = FALSE AND id > ? ORDER BY id"
                    + " LIMIT 100");
        PreparedStatement claim =
            c.prepareStatement("UPDATE floor SET taken = TRUE WHERE id BETWEEN ? AND ?");
        PreparedStatement delete =
            c.prepareStatement("DELETE FROM floor WHERE id BETWEEN ? AND ?")) {
      int done = 0;
      long last = 0;
      while (done < rows) {
        long first = last + 1;
        find.setLong(1, last);
        int found = 0;
        try (ResultSet r = find.executeQuery()) {
          while (r.next()) {
            last = r.getLong(1);
            found += r.getString(2).isEmpty() ? 0 : 1;
          }
        }
        if (found > 0) {
          for (PreparedStatement s : List.of(claim, delete)) {
            s.setLong(1, first);
            s.setLong(2, last);
            s.executeUpdate();
            c.commit();
          }
        }
        done += found;
      }
      return done;
    }
  }
}
