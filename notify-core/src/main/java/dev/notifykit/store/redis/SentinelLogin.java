package dev.notifykit.store.redis;

import org.jspecify.annotations.Nullable;

/** What the Sentinels ask for. */
record SentinelLogin(@Nullable String username, String password) {
  /** Shows neither. */
  @Override
  public String toString() {
    return "SentinelLogin";
  }
}
