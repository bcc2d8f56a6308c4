package dev.notifykit.store.memory;

import dev.notifykit.store.OnceStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Values that are set once. Lapsed ones are swept out after every so many calls. */
final class MemoryOnce implements OnceStore {
  private static final int SWEEP_EVERY = 1_024;

  private final StoreTime time;
  private final Map<String, Kept> values = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  private record Kept(String value, long untilMicros) {}

  MemoryOnce(StoreTime time) {
    this.time = time;
  }

  @Override
  public String putIfAbsent(String name, String value, @Nullable Duration keep) {
    long now = time.micros();
    if (calls.incrementAndGet() % SWEEP_EVERY == 0) {
      values.values().removeIf(kept -> kept.untilMicros <= now);
    }
    Kept wanted = new Kept(value, keep == null ? Long.MAX_VALUE : StoreTime.later(now, keep));
    return values.compute(name, (n, old) -> old == null || old.untilMicros <= now ? wanted : old)
        .value;
  }
}
