package dev.notifykit.test.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.test.store.RawState;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The tables, read with SQL. */
final class RawTables implements RawState {
  private static final List<String> TABLES =
      List.of(
          "notification",
          "queue",
          "log",
          "attempt",
          "recipient",
          "device",
          "preference",
          "suppression",
          "bucket",
          "template",
          "inbox",
          "tracking",
          "once");

  private final DataSource dataSource;
  private final String prefix;
  private final boolean binaryIds;

  RawTables(DataSource dataSource, String prefix, boolean binaryIds) {
    this.dataSource = dataSource;
    this.prefix = prefix;
    this.binaryIds = binaryIds;
  }

  @Override
  public long notifications() {
    return count("SELECT COUNT(*) FROM " + prefix + "notification");
  }

  @Override
  public long deliveries() {
    return count("SELECT COUNT(*) FROM " + prefix + "queue")
        + count("SELECT COUNT(*) FROM " + prefix + "log");
  }

  @Override
  public long deliveries(DeliveryState state) {
    String where = " WHERE state = '" + state.name() + "'";
    return count("SELECT COUNT(*) FROM " + prefix + "queue" + where)
        + count("SELECT COUNT(*) FROM " + prefix + "log" + where);
  }

  @Override
  public boolean contains(String text) {
    return TABLES.stream().anyMatch(table -> contains(table, text));
  }

  private boolean contains(String table, String text) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement("SELECT * FROM " + prefix + table);
        ResultSet r = s.executeQuery()) {
      int columns = r.getMetaData().getColumnCount();
      while (r.next()) {
        for (int i = 1; i <= columns; i++) {
          String value = r.getString(i);
          if (value != null && value.contains(text)) {
            return true;
          }
        }
      }
      return false;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void corrupt(UUID notificationId) {
    update(
        "UPDATE " + prefix + "notification SET content = '{\"v\":1,' WHERE id = ?", notificationId);
  }

  void update(String sql, UUID id) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
      s.setObject(1, binaryIds ? bytes(id) : id);
      s.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void update(String sql) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
      s.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  long count(String sql) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql);
        ResultSet r = s.executeQuery()) {
      r.next();
      return r.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
