package dev.notifykit.spring.boot;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;

class PostgresBesideRedisTest extends DatabasesCases {
  @Override
  Class<? extends NotificationStore> storeType() {
    return JdbcStore.class;
  }

  @Override
  boolean joinsTransactions() {
    return true;
  }
}
