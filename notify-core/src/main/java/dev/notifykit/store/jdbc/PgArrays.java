package dev.notifykit.store.jdbc;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows as one array a column, for {@code unnest}: one short text to prepare whatever the number of
 * rows, and text without escaping.
 */
final class PgArrays {
  private final Columns columns;
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  PgArrays(Columns columns) {
    this.columns = columns;
  }

  /** Names and types of columns. */
  record Columns(List<String> names, List<String> types) {
    /**
     * Reads a declaration.
     *
     * @param declared names with types, such as {@code id uuid, state text}
     */
    static Columns of(String declared) {
      List<String> names = new ArrayList<>();
      List<String> types = new ArrayList<>();
      for (String column : declared.split(", ", -1)) {
        int blank = column.indexOf(' ');
        names.add(column.substring(0, blank));
        types.add(column.substring(blank + 1));
      }
      return new Columns(List.copyOf(names), List.copyOf(types));
    }

    /** {@code unnest(?::uuid[], ...) AS table(id, ...)}. */
    String unnest(String table) {
      StringBuilder marks = new StringBuilder();
      for (String type : types) {
        marks.append(marks.isEmpty() ? "?::" : ", ?::").append(type).append("[]");
      }
      return "unnest(" + marks + ") AS " + table + "(" + String.join(", ", names) + ")";
    }
  }

  void add(@Nullable Object... values) {
    rows.add(values);
  }

  int size() {
    return rows.size();
  }

  /** The arguments for {@link Columns#unnest}, in order. */
  List<Array> arguments(Tx tx) throws SQLException {
    List<Array> arguments = new ArrayList<>(columns.types.size());
    for (int column = 0; column < columns.types.size(); column++) {
      String type = columns.types.get(column);
      arguments.add(tx.connection.createArrayOf(type, column(column, type)));
    }
    return arguments;
  }

  /** A column of nulls is an empty one: {@code unnest} fills short arrays up. */
  private @Nullable Object[] column(int column, String type) {
    if (rows.stream().allMatch(row -> row[column] == null)) {
      return like(type, 0);
    }
    @Nullable Object[] values = like(type, rows.size());
    for (int row = 0; row < values.length; row++) {
      values[row] = Objects.requireNonNull(rows.get(row))[column];
    }
    return values;
  }

  /** The driver sends arrays in binary if their class says what is in them. */
  private static @Nullable Object[] like(String type, int size) {
    return switch (type) {
      case "text" -> new String[size];
      case "bigint" -> new Long[size];
      case "integer" -> new Integer[size];
      case "boolean" -> new Boolean[size];
      default -> new UUID[size];
    };
  }
}
