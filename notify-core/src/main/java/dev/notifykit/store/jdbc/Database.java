package dev.notifykit.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Runs work on connections of the DataSource, each borrowed for one transaction. What the database
 * undid for a passing reason (deadlock, lock timeout, serialization, connection lost before the
 * commit was sent) is run again; a commit whose reply was lost never is.
 */
final class Database {
  private static final int TRIES = 5;
  private static final long BACKOFF_NANOS = 2_000_000;

  private final DataSource dataSource;
  final Dialect dialect;
  final Names names;
  final DatabaseClock clock;
  private final boolean setsIsolation;
  private final TransactionSource transactions;

  Database(
      DataSource dataSource,
      Dialect dialect,
      Names names,
      boolean setsIsolation,
      TransactionSource transactions) {
    this.dataSource = dataSource;
    this.dialect = dialect;
    this.names = names;
    this.setsIsolation = setsIsolation;
    this.transactions = transactions;
    this.clock = new DatabaseClock();
  }

  /** Work that may be run more than once, each time in a new transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  private enum Mode {
    /** Several statements, committed together. */
    TRANSACTION,
    /** One statement that changes all or nothing and commits by itself. */
    STATEMENT,
    /** Nothing is changed. */
    READ
  }

  /** Runs work in one transaction and commits it. */
  <T> T write(Work<T> work) {
    return run(work, Mode.TRANSACTION);
  }

  /** Runs one statement that commits by itself, which saves a round trip. */
  <T> T single(Work<T> work) {
    return run(work, Mode.STATEMENT);
  }

  /** Whether the thread is in a transaction of the application's, in which it then reads. */
  boolean isInTransaction() {
    return transactions.current() != null;
  }

  /**
   * Runs work that only reads; each statement sees what was committed when it began. A thread in a
   * transaction reads in it: one that asked the pool for a second connection while it holds its
   * first could wait for threads that wait for the same.
   */
  <T> T read(Work<T> work) {
    Connection bound = transactions.current();
    if (bound == null) {
      return run(work, Mode.READ);
    }
    try {
      return work.run(new Tx(bound, dialect, names));
    } catch (SQLException e) {
      throw Failures.inCallersTransaction(e);
    }
  }

  private <T> T run(Work<T> work, Mode mode) {
    for (int tried = 1; ; tried++) {
      Connection connection = borrow();
      Unit<T> unit = new Unit<>(connection, mode);
      try {
        return unit.run(work);
      } catch (SQLException e) {
        unit.rollback();
        throwUnlessAgain(e, tried, unit.outcomeUnknown);
      } catch (RuntimeException | Error e) {
        unit.rollback();
        throw e;
      } finally {
        unit.giveBack();
      }
      // Two that met head-on should not meet again.
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(BACKOFF_NANOS << tried));
    }
  }

  private static void throwUnlessAgain(SQLException e, int tried, boolean outcomeUnknown) {
    boolean lost = Failures.isConnectionLost(e);
    if (lost && outcomeUnknown) {
      throw new OutcomeUnknownException(e);
    }
    if (tried == TRIES || !(lost || Failures.isPassing(e))) {
      throw Failures.undone(e);
    }
  }

  private Connection borrow() {
    try {
      return dataSource.getConnection();
    } catch (SQLException e) {
      throw Failures.noConnection(e);
    }
  }

  /** One try of one piece of work on one connection. */
  private final class Unit<T> {
    private final Connection connection;
    private final Mode mode;
    private boolean commitsByItself = true;

    /** Whether a lost reply would leave open if anything was changed. */
    private boolean outcomeUnknown;

    Unit(Connection connection, Mode mode) {
      this.connection = connection;
      this.mode = mode;
    }

    T run(Work<T> work) throws SQLException {
      commitsByItself = connection.getAutoCommit();
      begin();
      Tx tx = new Tx(connection, dialect, names);
      outcomeUnknown = mode == Mode.STATEMENT;
      T result = work.run(tx);
      outcomeUnknown = mode != Mode.READ;
      end();
      outcomeUnknown = false;
      refreshClock(tx);
      return result;
    }

    private void begin() throws SQLException {
      if (mode == Mode.TRANSACTION) {
        if (commitsByItself) {
          connection.setAutoCommit(false);
        }
        if (setsIsolation) {
          dialect.readCommitted(connection);
        }
      }
    }

    private void end() throws SQLException {
      if (mode == Mode.TRANSACTION || !commitsByItself) {
        connection.commit();
      }
    }

    /** The work is done, so a failure here is the next user's to find. */
    private void refreshClock(Tx tx) {
      if (clock.isStale()) {
        try {
          clock.refresh(tx);
          end();
        } catch (SQLException e) {
          clock.postpone();
        }
      }
    }

    void rollback() {
      try {
        if (!connection.getAutoCommit()) {
          connection.rollback();
        }
      } catch (SQLException e) {
        // The connection is of no use any more; the pool finds out when it gets it back.
      }
    }

    void giveBack() {
      try (connection) {
        if (commitsByItself && !connection.getAutoCommit()) {
          connection.setAutoCommit(true);
        }
      } catch (SQLException e) {
        // As above: nothing of ours is left on it.
      }
    }
  }
}
