package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** The one place that says what a database's error means. */
final class Failures {
  /** The row has changed since the transaction's snapshot, under innodb_snapshot_isolation. */
  private static final int MARIADB_RECORD_CHANGED = 1020;

  private static final int MYSQL_LOCK_WAIT_TIMEOUT = 1205;
  private static final int MYSQL_DEADLOCK = 1213;

  /** Serialization failure, deadlock, lock not available, H2's lock timeout. */
  private static final Set<String> AGAIN = Set.of("40001", "40P01", "55P03", "HYT00");

  /** The server was shut down, crashed, or is starting. */
  private static final Set<String> SERVER_GONE =
      Set.of("57P01", "57P02", "57P03", "90098", "90121");

  private Failures() {}

  /** Whether the transaction was undone for a passing reason, so that it may be run again. */
  static boolean isPassing(SQLException e) {
    return AGAIN.contains(state(e))
        || e.getErrorCode() == MARIADB_RECORD_CHANGED
        || e.getErrorCode() == MYSQL_LOCK_WAIT_TIMEOUT
        || e.getErrorCode() == MYSQL_DEADLOCK;
  }

  /** Whether the connection is gone, and with it whatever was not committed. */
  static boolean isConnectionLost(SQLException e) {
    return state(e).startsWith("08")
        || SERVER_GONE.contains(state(e))
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLTransientConnectionException
        || e instanceof SQLRecoverableException;
  }

  static boolean isDuplicateKey(SQLException e) {
    return state(e).startsWith("23");
  }

  /** Whether an insert met a key that is taken, as PostgreSQL says it. */
  static boolean isKeyTaken(SQLException e) {
    return state(e).equals("23505");
  }

  private static String state(SQLException e) {
    String state = e.getSQLState();
    return state == null ? "" : state;
  }

  /** What work throws to be run again. */
  static SQLException again() {
    return new SQLException("lost a race", "40001");
  }

  static StoreException noConnection(SQLException e) {
    return new StoreException(
        "no database connection: the pool is exhausted or the database is unreachable; nothing was"
            + " done",
        e);
  }

  static StoreException undone(SQLException e) {
    return new StoreException(
        "the database refused (SQLState "
            + state(e)
            + ", code "
            + e.getErrorCode()
            + "); nothing was done",
        isConnectionLost(e) ? e : withoutMessage(e));
  }

  static StoreException inCallersTransaction(SQLException e) {
    return new StoreException(
        "the database refused the append in the caller's transaction (SQLState "
            + state(e)
            + ", code "
            + e.getErrorCode()
            + "); roll it back",
        isConnectionLost(e) ? e : withoutMessage(e));
  }

  /**
   * Databases quote values in their messages ("Key (...) exists", "failing row contains ..."), and
   * values here are addresses and content.
   */
  private static SQLException withoutMessage(SQLException e) {
    SQLException copy =
        new SQLException(
            e.getClass().getSimpleName() + " (message withheld: it may quote stored values)",
            e.getSQLState(),
            e.getErrorCode());
    copy.setStackTrace(e.getStackTrace());
    return copy;
  }
}
