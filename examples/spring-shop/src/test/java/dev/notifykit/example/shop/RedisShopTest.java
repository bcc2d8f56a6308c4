package dev.notifykit.example.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import redis.embedded.RedisServer;

@ActiveProfiles("redis")
@TestPropertySource(properties = "spring.datasource.url=jdbc:h2:mem:redis;WRITE_DELAY=0")
@ContextConfiguration(initializers = RedisShopTest.Server.class)
class RedisShopTest extends ShopCases {
  static final class Server extends RealServer {
    @Override
    Map<String, Object> start(ConfigurableApplicationContext shop) {
      try {
        Path base = Files.createDirectories(Path.of("target", "redis").toAbsolutePath());
        int port = freePort();
        RedisServer redis =
            RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("dir " + Files.createTempDirectory(base, "data"))
                .setting("appendonly yes")
                .build();
        redis.start();
        stopWith(shop, redis::stop);
        return Map.of("spring.data.redis.port", port);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0)) {
        return socket.getLocalPort();
      }
    }
  }

  /** No transaction spans Redis and the database of the orders. */
  @Override
  boolean declinedOrderIsTold() {
    return true;
  }
}
