package dev.notifykit.store.jdbc;

import dev.notifykit.store.TemplateStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Versions of templates; two that publish one path at once meet on its key and one runs again. */
final class JdbcTemplates implements TemplateStore {
  private final Database db;

  JdbcTemplates(Database db) {
    this.db = db;
  }

  @Override
  public int publish(String path, String text) {
    return db.write(
        tx -> {
          List<Integer> versions = lockVersions(tx, path);
          int version = versions.isEmpty() ? 1 : versions.get(versions.size() - 1) + 1;
          boolean added =
              tx.dialect.insertIfAbsent(
                  tx,
                  "template",
                  2,
                  List.of("path", "version", "body", "active", "created_at"),
                  path,
                  version,
                  text,
                  false,
                  tx.now());
          if (!added) {
            throw Failures.again();
          }
          activate(tx, path, version);
          return version;
        });
  }

  private static List<Integer> lockVersions(Tx tx, String path) throws SQLException {
    return tx.query(
        "SELECT version FROM {template} WHERE path = ? ORDER BY version FOR UPDATE",
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
          if (!lockVersions(tx, path).contains(version)) {
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
                "SELECT version FROM {template} WHERE path = ? ORDER BY version",
                r -> r.getInt("version"),
                path));
  }
}
