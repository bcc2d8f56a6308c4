package dev.notifykit.store.jdbc;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows as one array a column, for {@code unnest}: one short text to prepare whatever the number of
 * rows, and text without escaping.
 */
final class PgArrays {
  private final Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
  private final String[] types;
  private int rows;

  /**
   * Creates empty columns.
   *
   * @param columns names with types, such as {@code id uuid, state text}
   */
  PgArrays(String columns) {
    String[] all = columns.split(", ", -1);
    this.types = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      String[] parts = all[i].split(" ", -1);
      this.columns.put(parts[0], new ArrayList<>());
      types[i] = parts[1];
    }
  }

  void add(@Nullable Object... values) {
    int i = 0;
    for (List<@Nullable Object> column : columns.values()) {
      column.add(values[i++]);
    }
    rows++;
  }

  int size() {
    return rows;
  }

  /** {@code unnest(?::uuid[], ...) AS name(id, ...)} for columns declared as in the constructor. */
  static String unnest(String name, String columns) {
    StringBuilder marks = new StringBuilder();
    StringBuilder names = new StringBuilder();
    for (String column : columns.split(", ", -1)) {
      String[] parts = column.split(" ", -1);
      marks.append(marks.isEmpty() ? "?::" : ", ?::").append(parts[1]).append("[]");
      names.append(names.isEmpty() ? "" : ", ").append(parts[0]);
    }
    return "unnest(" + marks + ") AS " + name + "(" + names + ")";
  }

  /** The arguments for {@link #unnest}, in order. */
  List<Array> arguments(Tx tx) throws SQLException {
    List<Array> arguments = new ArrayList<>(types.length);
    int i = 0;
    for (List<@Nullable Object> column : columns.values()) {
      String type = types[i++];
      arguments.add(tx.connection.createArrayOf(type, column.toArray(like(type))));
    }
    return arguments;
  }

  /** The driver sends arrays in binary if their class says what is in them. */
  private static Object[] like(String type) {
    return switch (type) {
      case "text" -> new String[0];
      case "bigint" -> new Long[0];
      case "integer" -> new Integer[0];
      case "boolean" -> new Boolean[0];
      default -> new UUID[0];
    };
  }
}
