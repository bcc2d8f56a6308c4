package dev.notifykit.store.jdbc;

import dev.notifykit.policy.TokenBucket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases. The methods here are written in the SQL they share; a dialect
 * overrides the spelling, and the hot steps where its database has something better.
 */
abstract class Dialect {
  /** The folder of its DDL. */
  abstract String folder();

  /** An expression for the current time in microseconds since 1970 UTC. */
  abstract String now();

  /** Binds an id. */
  void bind(PreparedStatement s, int at, UUID id) throws SQLException {
    s.setObject(at, id);
  }

  /** Reads an id. */
  UUID uuid(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  /**
   * Makes the transaction that begins now read what others have committed, statement by statement.
   */
  void readCommitted(Connection connection) throws SQLException {
    try (Statement s = connection.createStatement()) {
      s.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
  }

  /** Replaces further placeholders in the DDL. */
  String ddl(String script) {
    return script;
  }

  /** How to look for values, in one statement or several. */
  List<Tx.In> in(Tx tx, Collection<?> values) throws SQLException {
    return Tx.parts(values);
  }

  /** What to change in a statement that looks for a list of one tenant's names. */
  String namesOfTenant(String sql) {
    return sql;
  }

  /** Inserts one row or more, in one statement or several. */
  void insert(Tx tx, String table, String columns, List<? extends List<?>> rows)
      throws SQLException {
    tx.insertTogether(table, columns, rows, "");
  }

  /**
   * What to put before a statement, in a transaction, that must not read all of the queue however
   * small that was when its plan was made; the statement is then run by {@link Tx#queryLast}.
   */
  String byIndex() {
    return "";
  }

  /** What to append to a SELECT to lock its rows and pass over those that others hold. */
  String skipLocked() {
    return " FOR UPDATE SKIP LOCKED";
  }

  /**
   * What to append to the SELECT that looks event ids up, so that it sees the newest row even where
   * the caller's transaction reads an old snapshot.
   *
   * @param look which look it is, from 1; another follows when an insert meets a row after all
   */
  String lockEvents(int look) {
    return " FOR UPDATE";
  }

  /** What ends a claim's SELECT: longest due first where that is cheap to lock. */
  String longestDue() {
    return " ORDER BY due_at";
  }

  /**
   * An INSERT of one row that replaces the other columns where the key is taken.
   *
   * @param columns all columns, the key's first
   * @param keys how many of them are the key
   */
  abstract String upsert(String table, int keys, List<String> columns);

  /**
   * Inserts one row unless its key is taken.
   *
   * @param columns all columns, the key's first
   * @return whether it was inserted
   */
  abstract boolean insertIfAbsent(
      Tx tx, String table, int keys, List<String> columns, @Nullable Object... values)
      throws SQLException;

  static String insert(String table, List<String> columns) {
    return "INSERT INTO {"
        + table
        + "} ("
        + String.join(", ", columns)
        + ") VALUES ("
        + String.join(", ", Collections.nCopies(columns.size(), "?"))
        + ")";
  }

  /**
   * Makes sure that a row is there to be locked next; one that is there stays as it is.
   *
   * @param columns all columns, the key's first
   */
  void touch(Tx tx, String table, int keys, List<String> columns, @Nullable Object... values)
      throws SQLException {
    insertIfAbsent(tx, table, keys, columns, values);
  }

  /** Makes sure that buckets have rows to lock; a new one is full. */
  void touchBuckets(Tx tx, Collection<String> sortedKeys) throws SQLException {
    for (String key : sortedKeys) {
      touch(tx, "bucket", 1, List.of("bucket_key", "full_at"), key, TokenBucket.FULL);
    }
  }

  /** Names a setting under which a crash may lose what was committed, if there is one. */
  abstract Optional<String> unsafeSetting(Tx tx) throws SQLException;

  /**
   * Takes the lock that lets one node at a time migrate; it ends with the transaction or
   * connection.
   */
  abstract void lockForMigration(Tx tx) throws SQLException;

  /** Gives back what {@link #lockForMigration} took, if the end of the transaction does not. */
  void unlockAfterMigration(Tx tx) throws SQLException {}

  /** How appends are stored. */
  Appender appender() {
    return new Appender();
  }

  /** How deliveries are claimed. */
  Claimer claimer() {
    return new Claimer();
  }

  /** How claims are settled. */
  Settler settler() {
    return new Settler();
  }
}
