package dev.notifykit.test.store.redis;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.store.RawState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;

/** The contract on one server. */
final class RedisStoreTest extends RedisContract {
  private static final RedisProcess SERVER = RedisProcess.start();

  @AfterAll
  static void endServer() {
    SERVER.close();
  }

  @Override
  protected NotificationStore open(String dataName) {
    return RedisStore.builder(SERVER.uri()).keyPrefix(dataName).build();
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    return Optional.of(new RawKeys(List.of(SERVER), dataName));
  }

  @Override
  protected void drop(String dataName) {
    new RawKeys(List.of(SERVER), dataName).drop();
  }
}
