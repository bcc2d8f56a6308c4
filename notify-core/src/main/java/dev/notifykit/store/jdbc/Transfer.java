package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Backup and restore as JSON Lines: one row a line, {@code {"v":1,"table":"...", column: value,
 * ...}}, tables in an order that can be read back. Pages are read by key, so neither side ever
 * holds more than a page, and no transaction is open for long.
 */
final class Transfer {
  private static final int PAGE = 500;
  private static final long VERSION = 1;

  /** What to do with a row whose key is there already. */
  private enum Taken {
    REPLACE,
    KEEP
  }

  private enum Type {
    TEXT,
    LONG,
    FLAG,
    ID
  }

  /** A table to carry over: its columns with their types, the key's first. */
  private record Table(String name, int keys, Taken taken, Map<String, Type> columns) {
    List<String> names() {
      return List.copyOf(columns.keySet());
    }

    List<String> keyNames() {
      return names().subList(0, keys);
    }
  }

  private static final List<Table> TABLES =
      List.of(
          table(
              "recipient",
              2,
              Taken.REPLACE,
              "tenant recipient_id profile:flag name email phone locale zone quiet_from quiet_to"
                  + " erased:flag updated_at:long"),
          table(
              "device",
              2,
              Taken.REPLACE,
              "tenant device_id recipient_id position:long platform token token_type environment"
                  + " app_id app_version locale registered_at:long last_seen_at:long"
                  + " disabled_at:long"),
          table(
              "preference",
              5,
              Taken.REPLACE,
              "tenant recipient_id scope channel name opted_in:flag updated_at:long"),
          table("once", 1, Taken.REPLACE, "name held expires_at:long"),
          table("suppression", 2, Taken.REPLACE, "tenant target_key reason created_at:long"),
          table(
              "notification",
              1,
              Taken.KEEP,
              "id:id tenant event_id dedupe_key dedupe_until:long fingerprint:long template category"
                  + " topic priority:long unknown_outcome created_at:long expires_at:long"
                  + " purged:long content"),
          table(
              "log",
              1,
              Taken.KEEP,
              "id:id notification_id:id tenant recipient_id route target_key state reason"
                  + " attempt:long token:long provider provider_message_id updated_at:long"
                  + " listed:long address"),
          table(
              "attempt",
              3,
              Taken.KEEP,
              "delivery_id:id started_at:long number:long tenant provider outcome code took:long"));

  private final Database db;

  Transfer(Database db) {
    this.db = db;
  }

  private static Table table(String name, int keys, Taken taken, String columns) {
    Map<String, Type> types = new LinkedHashMap<>();
    for (String column : columns.split(" ", -1)) {
      String[] parts = column.split(":", -1);
      types.put(parts[0], parts.length == 1 ? Type.TEXT : type(parts[1]));
    }
    return new Table(name, keys, taken, types);
  }

  private static Type type(String name) {
    return switch (name) {
      case "long" -> Type.LONG;
      case "flag" -> Type.FLAG;
      default -> Type.ID;
    };
  }

  long export(OutputStream out) throws IOException {
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    long lines = 0;
    for (Table table : TABLES) {
      lines += export(table, writer);
    }
    writer.flush();
    return lines;
  }

  private long export(Table table, Writer out) throws IOException {
    long lines = 0;
    List<Object> after = List.of();
    while (true) {
      List<Map<String, Object>> page = page(table, after);
      for (Map<String, Object> row : page) {
        out.write(StoreCodec.line(row));
        out.write('\n');
      }
      lines += page.size();
      if (page.size() < PAGE) {
        return lines;
      }
      Map<String, Object> last = page.get(page.size() - 1);
      after = table.keyNames().stream().map(key -> value(table, key, last.get(key))).toList();
    }
  }

  private List<Map<String, Object>> page(Table table, List<Object> after) {
    String columns = String.join(", ", table.names());
    String sql =
        "SELECT "
            + columns
            + " FROM {"
            + table.name
            + "}"
            + (after.isEmpty() ? "" : " WHERE " + beyond(table.keyNames()))
            + " ORDER BY "
            + String.join(", ", table.keyNames())
            + " LIMIT "
            + PAGE;
    return db.read(tx -> tx.query(sql, r -> row(tx.dialect, table, r), beyondArguments(after)));
  }

  /**
   * {@code a > ? OR (a = ? AND (b > ? OR ...))}: row comparison that every database does by index.
   */
  private static String beyond(List<String> keys) {
    String first = keys.get(0);
    return keys.size() == 1
        ? first + " > ?"
        : "("
            + first
            + " > ? OR ("
            + first
            + " = ? AND "
            + beyond(keys.subList(1, keys.size()))
            + "))";
  }

  private static List<Object> beyondArguments(List<Object> after) {
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      arguments.add(after.get(i));
      if (i < after.size() - 1) {
        arguments.add(after.get(i));
      }
    }
    return arguments;
  }

  private static Map<String, Object> row(Dialect dialect, Table table, ResultSet r)
      throws SQLException {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("v", VERSION);
    row.put("table", table.name);
    for (Map.Entry<String, Type> column : table.columns.entrySet()) {
      Object value = column(dialect, column.getKey(), column.getValue(), r);
      if (value != null) {
        row.put(column.getKey(), value);
      }
    }
    return row;
  }

  private static @Nullable Object column(Dialect dialect, String name, Type type, ResultSet r)
      throws SQLException {
    return switch (type) {
      case TEXT -> r.getString(name);
      case LONG -> Tx.longOrNull(r, name);
      case FLAG -> r.getBoolean(name);
      case ID -> dialect.uuid(r, name).toString();
    };
  }

  long importFrom(InputStream in) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    List<Map<String, Object>> page = new ArrayList<>(PAGE);
    long lines = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines++;
      page.add(parse(line, lines));
      if (page.size() == PAGE) {
        store(page);
        page.clear();
      }
    }
    store(page);
    return lines;
  }

  private static Map<String, Object> parse(String line, long number) {
    try {
      Map<String, Object> row = StoreCodec.line(line);
      Object version = row.get("v");
      if (!(version instanceof Number n) || n.longValue() != VERSION || table(row) == null) {
        throw new StoreException(
            "line " + number + " is of another version; nothing of its page was imported");
      }
      return row;
    } catch (UnreadableException e) {
      throw new StoreException("line " + number + " is no line of a backup", e);
    }
  }

  private static @Nullable Table table(Map<String, Object> row) {
    return TABLES.stream().filter(t -> t.name.equals(row.get("table"))).findFirst().orElse(null);
  }

  private void store(List<Map<String, Object>> page) {
    db.write(
        tx -> {
          for (Map<String, Object> row : page) {
            Table table = table(row);
            if (table != null) {
              store(tx, table, row);
            }
          }
          return true;
        });
  }

  private static void store(Tx tx, Table table, Map<String, Object> row) throws SQLException {
    @Nullable Object[] values =
        table.names().stream().map(c -> value(table, c, row.get(c))).toArray();
    if (table.taken == Taken.REPLACE) {
      tx.update(tx.dialect.upsert(table.name, table.keys, table.names()), values);
    } else if (isAbsent(tx, table, values)) {
      tx.insert(table.name, String.join(", ", table.names()), List.of(Arrays.asList(values)));
    }
  }

  /** Looked up rather than caught: a failed statement would end PostgreSQL's transaction. */
  private static boolean isAbsent(Tx tx, Table table, @Nullable Object[] values)
      throws SQLException {
    String condition = String.join(" = ? AND ", table.keyNames()) + " = ?";
    return tx.query(
            "SELECT 1 FROM {" + table.name + "} WHERE " + condition,
            r -> true,
            Arrays.copyOf(values, table.keys))
        .isEmpty();
  }

  private static @Nullable Object value(Table table, String column, @Nullable Object value) {
    Type type = table.columns.get(column);
    if (value == null) {
      return type == Type.FLAG ? false : null;
    }
    if (type == Type.LONG && value instanceof Number n) {
      return n.longValue();
    }
    if (type == Type.FLAG && value instanceof Boolean) {
      return value;
    }
    return type == Type.ID ? UUID.fromString(value.toString()) : value.toString();
  }
}
