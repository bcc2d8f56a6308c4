package dev.notifykit.test.store;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.SettableClock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Closing an {@link InMemoryStore} does nothing, so several clients of one process share it and a
 * later one goes on with what an earlier one left: that much of sharing and durability it promises.
 */
// region store
final class InMemoryStoreContractTest extends StoreContract {
  private final SettableClock clock = new SettableClock();
  private final Map<String, NotificationStore> stores = new HashMap<>();

  @Override
  protected NotificationStore open(String dataName) {
    return stores.computeIfAbsent(dataName, name -> InMemoryStore.builder().clock(clock).build());
  }

  @Override
  protected void advance(Duration by) {
    clock.advance(by);
  }

  @Override
  protected Set<StoreCapability> capabilities() {
    return EnumSet.of(StoreCapability.HANDS_OFF, StoreCapability.SHARED, StoreCapability.DURABLE);
  }
}
// endregion
