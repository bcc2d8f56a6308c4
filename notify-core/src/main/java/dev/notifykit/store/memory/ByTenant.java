package dev.notifykit.store.memory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Values by tenant and key, without an object for each pair. Thread-safe. */
final class ByTenant<V> {
  private final ConcurrentMap<String, ConcurrentMap<String, V>> tenants = new ConcurrentHashMap<>();

  @Nullable V get(String tenant, String key) {
    ConcurrentMap<String, V> values = tenants.get(tenant);
    return values == null ? null : values.get(key);
  }

  boolean isEmpty(String tenant) {
    ConcurrentMap<String, V> values = tenants.get(tenant);
    return values == null || values.isEmpty();
  }

  /** Returns the tenant's values, to change them atomically. */
  ConcurrentMap<String, V> of(String tenant) {
    return tenants.computeIfAbsent(tenant, t -> new ConcurrentHashMap<>());
  }
}
