package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Brings the tables to this version. Each script is a resource beside this class, is run once, in
 * order, under the dialect's lock, and is written so that a run that broke off can be repeated
 * where DDL commits by itself.
 */
final class Migrations {
  private static final List<String> SCRIPTS = List.of("V1__tables.sql", "V2__once.sql");

  private static final String VERSIONS =
      "CREATE TABLE IF NOT EXISTS {schema_version} (version INTEGER NOT NULL PRIMARY KEY,"
          + " script VARCHAR(100) NOT NULL, applied_at BIGINT NOT NULL)";

  private Migrations() {}

  static int migrate(Tx tx) throws SQLException {
    tx.dialect.lockForMigration(tx);
    try {
      tx.update(VERSIONS);
      int version = version(tx);
      for (int next = version + 1; next <= SCRIPTS.size(); next++) {
        apply(tx, next, SCRIPTS.get(next - 1));
      }
      return SCRIPTS.size() - version;
    } finally {
      tx.dialect.unlockAfterMigration(tx);
    }
  }

  /** Finds out at once when the tables were to be made by somebody else and were not. */
  static boolean check(Tx tx) {
    try {
      return tx.query("SELECT id FROM {queue} WHERE 1 = 0", r -> true).isEmpty()
          && tx.query("SELECT name FROM {once} WHERE 1 = 0", r -> true).isEmpty();
    } catch (SQLException e) {
      throw new StoreException(
          "the tables are not there; call migrate(), or run the scripts of the jar", e);
    }
  }

  private static int version(Tx tx) throws SQLException {
    return tx.query("SELECT COALESCE(MAX(version), 0) FROM {schema_version}", r -> r.getInt(1))
        .get(0);
  }

  private static void apply(Tx tx, int version, String script) throws SQLException {
    for (String statement : statements(tx, script)) {
      tx.execute(statement);
    }
    tx.dialect.insertIfAbsent(
        tx,
        "schema_version",
        1,
        List.of("version", "script", "applied_at"),
        version,
        script,
        tx.now());
  }

  /** Scripts are ours: no statement in them holds a semicolon or a comment sign in a literal. */
  private static List<String> statements(Tx tx, String script) {
    String text = tx.dialect.ddl(tx.names.script(read(tx.dialect.folder() + "/" + script)));
    return List.of(text.replaceAll("(?m)^--.*$", "").split(";", -1)).stream()
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  private static String read(String resource) {
    try (InputStream in = Migrations.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new StoreException("cannot read " + resource + " from the library's jar", e);
    }
  }
}
