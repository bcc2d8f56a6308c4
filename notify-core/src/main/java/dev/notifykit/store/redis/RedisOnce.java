package dev.notifykit.store.redis;

import dev.notifykit.store.OnceStore;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Values that are set once: {@code SET NX}, a key each, which Redis forgets by itself. */
final class RedisOnce implements OnceStore {
  private final Redis redis;
  private final Keys keys;

  RedisOnce(Redis redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  @Override
  public String putIfAbsent(String name, String value, @Nullable Duration keep) {
    byte[] key = keys.once(name);
    byte[] wanted = Packer.utf8(value);
    SetArgs args = SetArgs.Builder.nx();
    SetArgs unlessThere = keep == null ? args : args.px(Math.max(1, keep.toMillis()));
    while (redis.await(() -> redis.commands().set(key, wanted, unlessThere)) == null) {
      byte[] held = redis.await(() -> redis.commands().get(key));
      if (held != null) {
        return Packer.text(held);
      }
    }
    return value;
  }
}
