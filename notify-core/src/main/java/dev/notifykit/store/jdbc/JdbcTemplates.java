package dev.notifykit.store.jdbc;

import dev.notifykit.store.TemplateStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Versions of templates. Version 0 of a path is no version: it is the row that publishers lock. */
final class JdbcTemplates implements TemplateStore {
  private static final List<String> COLUMNS =
      List.of("path", "version", "body", "active", "created_at");

  private final Database db;

  JdbcTemplates(Database db) {
    this.db = db;
  }

  @Override
  public int publish(String path, String text) {
    return db.write(
        tx -> {
          tx.dialect.touch(tx, "template", 2, COLUMNS, path, 0, "", false, tx.now());
          List<Integer> versions = lockVersions(tx, path);
          int version = versions.get(versions.size() - 1) + 1;
          insert(tx, path, version, text);
          activate(tx, path, version);
          return version;
        });
  }

  private static void insert(Tx tx, String path, int version, String text) throws SQLException {
    tx.dialect.insertIfAbsent(tx, "template", 2, COLUMNS, path, version, text, false, tx.now());
  }

  /** The lock on version 0 comes first; what a later statement reads is then the newest. */
  private static List<Integer> lockVersions(Tx tx, String path) throws SQLException {
    tx.query(
        "SELECT version FROM {template} WHERE path = ? AND version = 0 FOR UPDATE",
        r -> true,
        path);
    return tx.query(
        "SELECT version FROM {template} WHERE path = ? ORDER BY version",
        r -> r.getInt("version"),
        path);
  }

  private static void activate(Tx tx, String path, int version) throws SQLException {
    tx.update(
        "UPDATE {template} SET active = (version = ?) WHERE path = ?"
            + " AND (active = TRUE OR version = ?)",
        version,
        path,
        version);
  }

  @Override
  public boolean activate(String path, int version) {
    return db.write(
        tx -> {
          if (version < 1 || !lockVersions(tx, path).contains(version)) {
            return false;
          }
          activate(tx, path, version);
          return true;
        });
  }

  @Override
  public Optional<String> read(String path) {
    return db.read(
        tx ->
            tx
                .query(
                    "SELECT body FROM {template} WHERE path = ? AND active = TRUE"
                        + " ORDER BY version DESC",
                    r -> r.getString("body"),
                    path)
                .stream()
                .findFirst());
  }

  @Override
  public List<Integer> versions(String path) {
    return db.read(
        tx ->
            tx.query(
                "SELECT version FROM {template} WHERE path = ? AND version > 0 ORDER BY version",
                r -> r.getInt("version"),
                path));
  }
}
