package dev.notifykit.example.shop;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

@ActiveProfiles("postgres")
@ContextConfiguration(initializers = PostgresShopTest.Server.class)
class PostgresShopTest extends ShopCases {
  static final class Server extends RealServer {
    @Override
    Map<String, Object> start(ConfigurableApplicationContext shop) {
      try {
        Path base = Files.createDirectories(Path.of("target", "postgres").toAbsolutePath());
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                .setPort(0)
                .setLocaleConfig("locale", "C") // LANG may name one that is not installed
                .setOverrideWorkingDirectory(base.resolve("binaries").toFile())
                .setDataDirectory(Files.createTempDirectory(base, "data").toFile())
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        stopWith(shop, postgres::close);
        return Map.of(
            "spring.datasource.url",
            postgres.getJdbcUrl("postgres", "postgres"),
            "spring.datasource.username",
            "postgres");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
