package dev.notifykit.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Statements on one connection, bound by position. Confined to the thread that runs them. */
final class Tx {
  /** Most rows in one statement: few texts to prepare, and far from any driver's limit. */
  private static final int[] CHUNKS = {128, 32, 8, 1};

  /** Most characters in a statement of several rows: a server refuses a packet beyond its limit. */
  private static final int LONGEST = 1 << 20;

  final Connection connection;
  final Dialect dialect;
  final Names names;
  private long now = Long.MIN_VALUE;

  Tx(Connection connection, Dialect dialect, Names names) {
    this.connection = connection;
    this.dialect = dialect;
    this.names = names;
  }

  /** Reads one row of a result. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** The database's time in microseconds, asked for once a transaction. */
  long now() throws SQLException {
    if (now == Long.MIN_VALUE) {
      now = query("SELECT " + dialect.now(), r -> r.getLong(1)).get(0);
    }
    return now;
  }

  /** The database's time as of now, even if it was asked for before. */
  long freshNow() throws SQLException {
    now = Long.MIN_VALUE;
    return now();
  }

  int update(String sql, @Nullable Object... arguments) throws SQLException {
    try (PreparedStatement s = prepare(sql, arguments)) {
      return s.executeUpdate();
    }
  }

  /** Runs a statement of ours as it is. */
  void execute(String sql) throws SQLException {
    try (java.sql.Statement s = connection.createStatement()) {
      s.execute(sql);
    }
  }

  /** Runs a statement once for each row of arguments, in as few round trips as the driver knows. */
  void batch(String sql, List<? extends List<?>> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement s = connection.prepareStatement(names.sql(sql))) {
      for (List<?> row : rows) {
        bind(s, 1, row);
        s.addBatch();
      }
      s.executeBatch();
    }
  }

  <T> List<T> query(String sql, Reader<T> reader, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement s = prepare(sql, arguments);
        ResultSet rows = s.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reader.read(rows));
      }
      return found;
    }
  }

  /**
   * Runs several statements that go to the server together, of which the last returns rows and
   * alone has arguments.
   */
  <T> List<T> queryLast(String sql, Reader<T> reader, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement s = prepare(sql, arguments)) {
      boolean rows = s.execute();
      while (!rows) {
        rows = s.getMoreResults();
      }
      List<T> found = new ArrayList<>();
      try (ResultSet r = s.getResultSet()) {
        while (r.next()) {
          found.add(reader.read(r));
        }
      }
      return found;
    }
  }

  PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement s = connection.prepareStatement(names.sql(sql));
    try {
      int next = 1;
      for (Object argument : arguments) {
        next = bind(s, next, argument);
      }
      return s;
    } catch (SQLException | RuntimeException e) {
      s.close();
      throw e;
    }
  }

  /** Binds one argument, or each element of a collection in turn. */
  private int bind(PreparedStatement s, int at, @Nullable Object value) throws SQLException {
    if (value instanceof Collection<?> values) {
      int next = at;
      for (Object element : values) {
        next = bind(s, next, element);
      }
      return next;
    }
    if (value == null) {
      s.setNull(at, java.sql.Types.NULL);
    } else if (value instanceof UUID id) {
      dialect.bind(s, at, id);
    } else if (value instanceof Instant instant) {
      s.setLong(at, Micros.of(instant));
    } else if (value instanceof Enum<?> constant) {
      s.setString(at, constant.name());
    } else if (value instanceof String text) {
      s.setString(at, text);
    } else if (value instanceof Long number) {
      s.setLong(at, number);
    } else if (value instanceof Integer number) {
      s.setInt(at, number);
    } else if (value instanceof Boolean flag) {
      s.setBoolean(at, flag);
    } else {
      s.setObject(at, value);
    }
    return at + 1;
  }

  /** Inserts rows the way that the database takes them fastest. */
  void insert(String table, String columns, List<? extends List<?>> rows) throws SQLException {
    if (!rows.isEmpty()) {
      dialect.insert(this, table, columns, rows);
    }
  }

  /** Inserts rows by statements of one row each. */
  void insertEach(String table, String columns, List<? extends List<?>> rows) throws SQLException {
    batch("INSERT INTO {" + table + "} (" + columns + ") VALUES " + values(rows), rows);
  }

  /** Inserts rows by statements of many rows, each ending with a suffix. */
  void insertTogether(String table, String columns, List<? extends List<?>> rows, String suffix)
      throws SQLException {
    String values = values(rows);
    int from = 0;
    while (from < rows.size()) {
      int chunk = chunk(rows.subList(from, rows.size()));
      update(
          "INSERT INTO {"
              + table
              + "} ("
              + columns
              + ") VALUES "
              + String.join(", ", java.util.Collections.nCopies(chunk, values))
              + suffix,
          rows.subList(from, from + chunk));
      from += chunk;
    }
  }

  /** How many of these rows the next statement takes. */
  private static int chunk(List<? extends List<?>> rows) {
    for (int chunk : CHUNKS) {
      if (chunk <= rows.size() && length(rows.subList(0, chunk)) <= LONGEST) {
        return chunk;
      }
    }
    return 1; // at the server's mercy
  }

  private static long length(List<? extends List<?>> rows) {
    long length = 0;
    for (List<?> row : rows) {
      for (Object value : row) {
        length += value instanceof String text ? text.length() : 0;
      }
    }
    return length;
  }

  private static String values(List<? extends List<?>> rows) {
    return "(" + marks(rows.get(0).size()) + ")";
  }

  /**
   * Values to look for: how to write it, in place of {@code IN (?*)}, and what to bind there.
   *
   * @param text such as {@code IN (?, ?, ?)}
   * @param argument a collection of as many values, or one array
   */
  record In(String text, Object argument) {
    String into(Tx tx, String sql) {
      return tx.dialect.namesOfTenant(sql.replace("IN (?*)", text));
    }
  }

  /**
   * Runs a statement that says {@code IN (?*)} for a list of values, in as many parts as it takes.
   */
  <T> List<T> queryIn(String sql, Reader<T> reader, Collection<?> list, Object... before)
      throws SQLException {
    List<T> found = new ArrayList<>();
    for (In part : dialect.in(this, list)) {
      found.addAll(queryLast(part.into(this, sql), reader, List.of(before), part.argument));
    }
    return found;
  }

  int updateIn(String sql, Collection<?> list, Object... before) throws SQLException {
    int changed = 0;
    for (In part : dialect.in(this, list)) {
      changed += update(part.into(this, sql), List.of(before), part.argument);
    }
    return changed;
  }

  /**
   * Parts of at most 128, padded by repeating the last value, so that few texts are ever prepared.
   */
  static List<In> parts(Collection<?> values) {
    List<?> all = new ArrayList<>(values);
    List<In> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += CHUNKS[0]) {
      List<?> part = padded(all.subList(from, Math.min(all.size(), from + CHUNKS[0])));
      parts.add(new In("IN (" + marks(part.size()) + ")", part));
    }
    return parts;
  }

  private static String marks(int size) {
    return "?" + ", ?".repeat(size - 1);
  }

  private static List<?> padded(List<?> part) {
    int size = CHUNKS[CHUNKS.length - 1];
    for (int chunk : CHUNKS) {
      if (part.size() <= chunk) {
        size = chunk;
      }
    }
    List<Object> padded = new ArrayList<>(part);
    while (padded.size() < size) {
      padded.add(part.get(part.size() - 1));
    }
    return padded;
  }

  /** Reads a nullable bigint. */
  static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
