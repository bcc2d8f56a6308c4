package dev.notifykit.store.redis;

import dev.notifykit.ConfigurationException;
import dev.notifykit.StoreException;
import dev.notifykit.internal.Options;
import dev.notifykit.internal.Traces;
import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.OnceStore;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.RateLimitStore;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.TemplateStore;
import dev.notifykit.store.TrackingStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in Redis 6.2 or later, or Valkey: one server, a master behind Sentinels, or a cluster,
 * for any number of nodes. Needs {@code io.lettuce:lettuce-core} on the class path. Thread-safe.
 *
 * <pre>{@code
 * NotificationStore store = RedisStore.create("redis://localhost:6379");
 * NotificationStore guarded = RedisStore.create("redis-sentinel://a,b,c/0#mymaster");
 * NotificationStore spread = RedisStore.clusterBuilder("redis://a", "redis://b").build();
 * }</pre>
 *
 * <p>Everything lives in memory there, so Redis has to have room for the backlog and the log; see
 * {@link DeliveryLog#purge}. It has to write an append-only file and must not evict keys: both are
 * checked when the store is opened. With {@code appendfsync everysec} a power failure loses up to
 * two seconds of what was acknowledged, with {@code always} nothing; a failover to a replica loses
 * what had not been replicated.
 *
 * <p>Due times, leases and limits follow the clock of Redis. Whatever goes wrong is a {@link
 * StoreException}; its message says so when it is not known whether anything was done. Sending the
 * same event ids again is then right.
 */
public final class RedisStore implements NotificationStore {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

  /** What to do when the server's settings may lose what was acknowledged. */
  public enum OnUnsafeSettings {
    /** Log a warning and go on; the default. */
    WARN,
    /** Refuse to open. */
    REFUSE
  }

  private final Redis redis;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Messages messages;
  private final RedisClock clock;
  private final RedisQueue queue;
  private final RedisLog log;
  private final RedisRecipients recipients;
  private final RedisPreferences preferences;
  private final RedisRateLimits rateLimits;
  private final RedisTemplates templates;
  private final RedisInbox inbox;
  private final RedisTracking tracking;
  private final RedisOnce once;

  private RedisStore(Builder b, Redis redis, ServerWatch watch) {
    Keys keys = new Keys(b.keyPrefix, b.partitions);
    this.once = new RedisOnce(redis, keys);
    Partitions partitions = new Partitions(redis, keys, b.onDataLoss);
    Rows rows = new Rows(partitions);
    this.redis = redis;
    this.messages = new Messages(redis, keys);
    this.clock = new RedisClock(redis);
    this.queue = new RedisQueue(partitions, rows, watch, messages, clock);
    this.log = new RedisLog(partitions, rows);
    this.preferences = new RedisPreferences(redis, keys);
    this.rateLimits = new RedisRateLimits(redis, keys);
    this.templates = new RedisTemplates(redis, keys);
    this.inbox = new RedisInbox(redis, keys, messages, b.inboxSize);
    this.tracking = new RedisTracking(redis, keys, b.trackingRetention);
    QueueErasure erasure = new QueueErasure(partitions, rows, log);
    this.recipients = new RedisRecipients(redis, keys, preferences, inbox, erasure);
  }

  /**
   * Opens a store with every default on one server, or on the master that Sentinels name.
   *
   * @param uri such as {@code redis://user:password@host:6379/0}, {@code rediss://...} with TLS, or
   *     {@code redis-sentinel://host1,host2/0#master}
   * @throws ConfigurationException if the URI is malformed or Lettuce is not on the class path
   * @throws StoreException if the server cannot be reached
   */
  public static RedisStore create(String uri) {
    return builder(uri).build();
  }

  /**
   * Starts a store on one server, or on the master that Sentinels name.
   *
   * @param uri as {@link #create} takes it
   */
  public static Builder builder(String uri) {
    return new Builder(List.of(Options.notNull("uri", uri)), /* isCluster= */ false, 1);
  }

  /**
   * Starts a store in a cluster.
   *
   * @param seeds URIs of some of its servers, from which the others are found; at least one
   */
  public static Builder clusterBuilder(String... seeds) {
    if (seeds.length == 0) {
      throw new ConfigurationException("a cluster needs at least one seed URI");
    }
    List<String> uris = Arrays.stream(seeds).map(seed -> Options.notNull("seed", seed)).toList();
    return new Builder(uris, /* isCluster= */ true, 16);
  }

  /** Returns the clock of Redis, measured now and then, to the microsecond. */
  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public DeliveryQueue queue() {
    return queue;
  }

  @Override
  public DeliveryLog log() {
    return log;
  }

  @Override
  public RecipientStore recipients() {
    return recipients;
  }

  @Override
  public PreferenceStore preferences() {
    return preferences;
  }

  @Override
  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public TemplateStore templates() {
    return templates;
  }

  @Override
  public InboxStore inbox() {
    return inbox;
  }

  @Override
  public TrackingStore tracking() {
    return tracking;
  }

  @Override
  public OnceStore once() {
    return once;
  }

  /** Closes the connections. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      messages.close();
      redis.close();
    }
  }

  /** Builds a {@link RedisStore}. Not thread-safe. */
  public static final class Builder {
    private final List<String> uris;
    private final boolean isCluster;
    private int partitions;
    private String keyPrefix = "notify";
    private Duration timeout = Duration.ofSeconds(5);
    private Duration trackingRetention = Duration.ofDays(30);
    private int inboxSize = 1_000;
    private OnUnsafeSettings onUnsafeSettings = OnUnsafeSettings.WARN;
    private Consumer<String> onDataLoss = message -> {};
    private @Nullable SentinelLogin sentinelLogin;
    private @Nullable TlsKeys tls;

    private Builder(List<String> uris, boolean isCluster, int partitions) {
      this.uris = uris;
      this.isCluster = isCluster;
      this.partitions = partitions;
    }

    /**
     * Sets what the keys' names begin with; default {@code notify}.
     *
     * @param value 1 to 64 letters, digits, and {@code _.:-}
     */
    public Builder keyPrefix(String value) {
      this.keyPrefix = Options.notNull("keyPrefix", value);
      return this;
    }

    /**
     * Sets what the Sentinels themselves ask for, where they ask; default nothing. User and
     * password in the URI are those of the servers that they watch. Refused by {@link #build} where
     * the URI names no Sentinel.
     *
     * @param username the user of an access control list, or null where there is only a password
     * @param password the password
     */
    public Builder sentinelCredentials(@Nullable String username, String password) {
      this.sentinelLogin =
          new SentinelLogin(username, Options.notNull("sentinelPassword", password));
      return this;
    }

    /**
     * Sets whom to trust and what to show of oneself, for servers with certificates of a private
     * authority and for those that ask for the client's; default the JVM's trust, and nothing. The
     * name in the URI has to be one of the server's certificate in any case. Refused by {@link
     * #build} where the URI is one without TLS.
     *
     * @param trust initialized with whom to trust, or null for whom the JVM trusts
     * @param keys initialized with the client's certificate and its key, or null for nothing
     */
    public Builder tls(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory keys) {
      this.tls = new TlsKeys(trust, keys);
      return this;
    }

    /**
     * Sets over how many parts, each in one slot, the queues are spread: 1 to 256, default 16 in a
     * cluster and 1 otherwise. A claim looks at all of them, so more than a few a server is slower.
     * Cannot be changed once there is data.
     */
    public Builder partitions(int value) {
      if (value < 1 || value > 256) {
        throw new ConfigurationException("partitions is " + value + "; it must be 1 to 256");
      }
      this.partitions = value;
      return this;
    }

    /** Sets how long an answer of Redis, a reconnection included, is waited for; default 5 s. */
    public Builder timeout(Duration value) {
      this.timeout = Options.positive("timeout", value);
      return this;
    }

    /** Sets how long tracking events are kept after a delivery's last; default 30 days. */
    public Builder trackingRetention(Duration value) {
      this.trackingRetention = Options.positive("trackingRetention", value);
      return this;
    }

    /** Sets how many entries an inbox keeps, 1 or more; the oldest goes. Default 1,000. */
    public Builder inboxSize(int value) {
      if (value < 1) {
        throw new ConfigurationException("inboxSize is " + value + "; it must be at least 1");
      }
      this.inboxSize = value;
      return this;
    }

    /**
     * Sets what to do when a crash or full memory may lose what was acknowledged: {@code
     * appendonly} off, {@code appendfsync no}, or a {@code maxmemory-policy} other than {@code
     * noeviction}. Default {@link OnUnsafeSettings#WARN}.
     */
    public Builder onUnsafeSettings(OnUnsafeSettings value) {
      this.onUnsafeSettings = Options.notNull("onUnsafeSettings", value);
      return this;
    }

    /**
     * Sets who is told, besides the log, that data was lost: flushed, evicted, or missing after a
     * failover. Default nobody.
     *
     * @param value is given a message for people; called on any thread, must return soon. What it
     *     throws is logged and changes nothing
     */
    public Builder onDataLoss(Consumer<String> value) {
      Consumer<String> listener = Options.notNull("onDataLoss", value);
      this.onDataLoss = message -> tell(listener, message);
      return this;
    }

    /** Whoever happens to notice a loss does so in the middle of something else. */
    private static void tell(Consumer<String> listener, String message) {
      try {
        listener.accept(message);
      } catch (Throwable e) {
        LOG.error("what is told of data loss threw", Traces.withoutMessages(e));
      }
    }

    /**
     * Opens the store.
     *
     * @throws ConfigurationException if an option is malformed, Lettuce is not on the class path,
     *     the server is too old, its settings are refused, or its data is of another layout
     * @throws StoreException if the server cannot be reached
     */
    public RedisStore build() {
      Redis redis = connect();
      try {
        ServerWatch watch = new ServerWatch(redis, onDataLoss);
        checkSettings(watch);
        return new RedisStore(this, redis, watch);
      } catch (RuntimeException e) {
        redis.close();
        throw e;
      }
    }

    private Redis connect() {
      try {
        return Redis.connect(uris, isCluster, timeout, sentinelLogin, tls);
      } catch (NoClassDefFoundError e) {
        throw new ConfigurationException(
            "RedisStore needs io.lettuce:lettuce-core on the class path; add the dependency", e);
      }
    }

    private void checkSettings(ServerWatch watch) {
      List<String> unsafe = watch.unsafeSettings();
      if (!unsafe.isEmpty() && onUnsafeSettings == OnUnsafeSettings.REFUSE) {
        throw new ConfigurationException(
            "Redis may lose what send() acknowledged: " + String.join("; ", unsafe));
      }
      unsafe.forEach(message -> LOG.warn("Redis may lose what send() acknowledged: {}", message));
    }
  }
}
