package dev.notifykit.spring.boot;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.redis.RedisStore;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "notify.store.type=redis")
class RedisBesidePostgresTest extends DatabasesCases {
  @Override
  Class<? extends NotificationStore> storeType() {
    return RedisStore.class;
  }

  @Override
  boolean joinsTransactions() {
    return false;
  }
}
