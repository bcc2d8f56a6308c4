package dev.notifykit.store.redis;

import dev.notifykit.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what only the server knows: its settings at the start, and later whether it was
 * restarted, replaced, or evicted keys. Has no thread; it looks when the queues are looked after.
 */
final class ServerWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);
  private static final long INTERVAL = Duration.ofSeconds(5).toNanos();
  private static final Pattern LINES = Pattern.compile("\\R");

  private final Redis redis;
  private final Consumer<String> onDataLoss;
  private final AtomicLong next = new AtomicLong(System.nanoTime() + INTERVAL);
  private final Set<String> runIds = new HashSet<>(); // guarded by this
  private long evicted; // guarded by this

  ServerWatch(Redis redis, Consumer<String> onDataLoss) {
    this.redis = redis;
    this.onDataLoss = onDataLoss;
    List<String> infos = redis.infos();
    infos.forEach(info -> runIds.add(value(info, "run_id")));
    this.evicted = evicted(infos);
  }

  /**
   * Returns what is unsafe about the servers' settings.
   *
   * @throws ConfigurationException if a server is too old
   */
  List<String> unsafeSettings() {
    List<String> unsafe = new ArrayList<>();
    for (String info : redis.infos()) {
      checkVersion(value(info, "redis_version"));
      if (!value(info, "aof_enabled").equals("1")) {
        unsafe.add("appendonly is off: a crash loses what was sent since the last snapshot");
      }
      String policy = value(info, "maxmemory_policy");
      if (!policy.equals("noeviction")) {
        unsafe.add("maxmemory-policy is " + policy + ", not noeviction: full memory loses data");
      }
    }
    if (redis.setting("appendfsync").equals("no")) {
      unsafe.add("appendfsync is no: a power failure loses what the system had not written yet");
    }
    return unsafe.stream().distinct().toList();
  }

  private static void checkVersion(String version) {
    String[] parts = version.split("\\.", 3);
    try {
      int major = Integer.parseInt(parts[0]);
      int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      if (major < 6 || (major == 6 && minor < 2)) {
        throw new ConfigurationException("RedisStore needs Redis 6.2 or later, not " + version);
      }
    } catch (NumberFormatException e) {
      LOG.debug("The server does not tell its version");
    }
  }

  /** Asks the servers every few seconds, without waiting for the answer. */
  void lookNowAndThen() {
    long due = next.get();
    long now = System.nanoTime();
    if (now - due >= 0 && next.compareAndSet(due, now + INTERVAL)) {
      redis.infosLater(this::judge);
    }
  }

  private synchronized void judge(List<String> infos) {
    for (String info : infos) {
      if (runIds.add(value(info, "run_id"))) {
        LOG.warn(
            "A Redis server was restarted, or another took over: with appendfsync everysec, or when a"
                + " replica took over, what was acknowledged in the last second or two may be missing");
      }
    }
    long count = evicted(infos);
    if (count > evicted) {
      String message =
          "Redis evicted "
              + (count - evicted)
              + " keys: data is lost; set maxmemory-policy noeviction";
      LOG.error("{}", message);
      onDataLoss.accept(message);
    }
    evicted = count;
  }

  private static long evicted(List<String> infos) {
    long sum = 0;
    for (String info : infos) {
      String count = value(info, "evicted_keys");
      sum += count.isEmpty() ? 0 : Long.parseLong(count);
    }
    return sum;
  }

  /** Returns a value of what INFO says, empty if it does not say. */
  static String value(String info, String name) {
    for (String line : LINES.split(info, -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    return "";
  }
}
