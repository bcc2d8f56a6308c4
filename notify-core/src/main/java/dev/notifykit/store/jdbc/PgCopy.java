package dev.notifykit.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows written by {@code COPY ... FROM STDIN} in its binary format, which takes PostgreSQL half of
 * what an INSERT does, and us less. It cannot pass over a key that is taken: the statement fails.
 * Sent in pieces, so that the number of rows does not matter. Needs pgjdbc.
 *
 * <p>Source: PostgreSQL's documentation of COPY, "Binary Format".
 */
final class PgCopy {
  /** For fewer rows, going to the server twice costs more than it saves. */
  static final int FEWEST = 16;

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };

  /** The bytes of the numbers that are not bigint: here a value is not cast to its column. */
  private static final Map<String, Integer> NARROW =
      Map.of("priority", 2, "lane", 2, "listed", 2, "attempt", 4, "recoveries", 4, "number", 4);

  private static final int BIGINT = 8;
  private static final int PIECE = 1 << 16;
  private static final int NULL_LENGTH = -1;

  private final CopyIn copy;
  private byte[] piece = new byte[PIECE];
  private int filled;

  private PgCopy(CopyIn copy) {
    this.copy = copy;
  }

  /** Whether a connection is of the driver that can do this. */
  static boolean isPossible(Connection connection) throws SQLException {
    return connection.isWrapperFor(PGConnection.class);
  }

  /**
   * Inserts rows.
   *
   * @param columns names, as many as each row has values
   */
  static void insert(Tx tx, String table, String columns, List<? extends List<?>> rows)
      throws SQLException {
    String sql = tx.names.sql("COPY {" + table + "} (" + columns + ") FROM STDIN (FORMAT binary)");
    CopyIn copy = tx.connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      new PgCopy(copy).write(columns.split(", ", -1), rows);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void write(String[] columns, List<? extends List<?>> rows) throws SQLException {
    int[] widths = new int[columns.length];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = NARROW.getOrDefault(columns[i], BIGINT);
    }
    bytes(SIGNATURE);
    int32(0); // no flags
    int32(0); // no further header
    for (List<?> row : rows) {
      int16(widths.length);
      for (int i = 0; i < widths.length; i++) {
        value(row.get(i), widths[i]);
      }
    }
    int16(-1); // no further row
    flush();
  }

  private void value(@Nullable Object value, int width) throws SQLException {
    if (value == null) {
      int32(NULL_LENGTH);
    } else if (value instanceof String text) {
      text(text);
    } else if (value instanceof UUID id) {
      int32(16);
      int64(id.getMostSignificantBits());
      int64(id.getLeastSignificantBits());
    } else if (value instanceof Enum<?> constant) {
      text(constant.name());
    } else if (value instanceof Instant instant) {
      number(Micros.of(instant), width);
    } else {
      number(((Number) value).longValue(), width);
    }
  }

  private void number(long value, int width) throws SQLException {
    int32(width);
    switch (width) {
      case 2 -> int16((int) value);
      case 4 -> int32((int) value);
      default -> int64(value);
    }
  }

  private void text(String text) throws SQLException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int32(bytes.length);
    bytes(bytes);
  }

  private void bytes(byte[] bytes) throws SQLException {
    room(bytes.length);
    System.arraycopy(bytes, 0, piece, filled, bytes.length);
    filled += bytes.length;
  }

  private void int16(int value) throws SQLException {
    room(2);
    piece[filled++] = (byte) (value >> 8);
    piece[filled++] = (byte) value;
  }

  private void int32(int value) throws SQLException {
    int16(value >> 16);
    int16(value);
  }

  private void int64(long value) throws SQLException {
    int32((int) (value >> 32));
    int32((int) value);
  }

  private void room(int bytes) throws SQLException {
    if (filled + bytes > piece.length) {
      flush();
      if (bytes > piece.length) {
        piece = Arrays.copyOf(piece, bytes);
      }
    }
  }

  private void flush() throws SQLException {
    copy.writeToCopy(piece, 0, filled);
    filled = 0;
  }
}
