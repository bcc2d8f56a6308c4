package dev.notifykit.store;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store of several: the queues, the log, profiles and preferences are in a main one, and some of
 * the rest is in another that is better at it, such as Redis beside a database. Thread-safe.
 *
 * <pre>{@code
 * RedisStore redis = RedisStore.create("redis://localhost:6379");
 * NotificationStore store = CompositeStore.builder(JdbcStore.create(dataSource))
 *     .rateLimits(redis).dedupe(redis).inbox(redis)
 *     .build();
 * }</pre>
 *
 * <p><b>Rate limits.</b> An append takes its tokens in the other store first and then appends in
 * the main one. A limit is never exceeded. When the append turns out to be a repeat, the tokens are
 * given back as far as {@link DetachedRateLimits.Draw#giveBack} can; when it fails, or the caller's
 * transaction rolls back, they are lost: the limit then lets through fewer than it says, until the
 * bucket has filled up again. While the other store cannot be reached, an append with limits fails
 * with a {@link dev.notifykit.StoreException} and stores nothing.
 *
 * <p><b>Dedupe.</b> The main store's unique key decides, alone and atomically with the append. The
 * other store remembers what was committed and answers repeats before the main one is asked; it may
 * forget, or be away, and then the main one answers.
 *
 * <p><b>Erasure</b> erases the person from every store that holds a part.
 */
public final class CompositeStore implements NotificationStore {
  private final NotificationStore main;
  private final Set<NotificationStore> others = new LinkedHashSet<>();
  private final DeliveryQueue queue;
  private final RecipientStore recipients;
  private final RateLimitStore rateLimits;
  private final TemplateStore templates;
  private final InboxStore inbox;
  private final TrackingStore tracking;

  private CompositeStore(Builder b) {
    this.main = b.main;
    this.rateLimits = part(b.rateLimits).rateLimits();
    this.templates = part(b.templates).templates();
    this.inbox = part(b.inbox).inbox();
    this.tracking = part(b.tracking).tracking();
    this.queue = queue(b);
    this.recipients =
        b.inbox == null
            ? main.recipients()
            : new CompositeRecipients(main.recipients(), b.inbox.recipients());
  }

  private NotificationStore part(@Nullable NotificationStore other) {
    if (other == null) {
      return main;
    }
    others.add(other);
    return other;
  }

  private DeliveryQueue queue(Builder b) {
    DetachedRateLimits limits = b.rateLimits == null ? null : detached(b.rateLimits);
    EventFilter filter = b.dedupe == null ? null : filter(part(b.dedupe));
    return limits == null && filter == null
        ? main.queue()
        : new CompositeQueue(main, limits, filter);
  }

  private static DetachedRateLimits detached(NotificationStore store) {
    if (store.rateLimits() instanceof DetachedRateLimits limits) {
      return limits;
    }
    throw new ConfigurationException(
        "rateLimits is a "
            + store.getClass().getSimpleName()
            + ", whose tokens can be taken by its own append only; RedisStore's can be taken by"
            + " another store's");
  }

  private static EventFilter filter(NotificationStore store) {
    if (store.queue() instanceof EventFilter filter) {
      return filter;
    }
    throw new ConfigurationException(
        "dedupe is a "
            + store.getClass().getSimpleName()
            + ", which cannot remember another store's event ids; RedisStore can");
  }

  /**
   * Starts a store.
   *
   * @param main holds everything that is not given to another; closed with the store
   */
  public static Builder builder(NotificationStore main) {
    return new Builder(Options.notNull("main", main));
  }

  /** Returns the main store's clock. */
  @Override
  public InstantSource clock() {
    return main.clock();
  }

  @Override
  public boolean isShared() {
    return main.isShared();
  }

  @Override
  public DeliveryQueue queue() {
    return queue;
  }

  @Override
  public DeliveryLog log() {
    return main.log();
  }

  @Override
  public RecipientStore recipients() {
    return recipients;
  }

  @Override
  public PreferenceStore preferences() {
    return main.preferences();
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
    return main.once();
  }

  /** Closes the main store and those beside it, each of them whatever another throws. */
  @Override
  public void close() {
    close(Stream.concat(others.stream(), Stream.of(main)).iterator());
  }

  /** The last first. */
  private static void close(Iterator<NotificationStore> stores) {
    if (stores.hasNext()) {
      NotificationStore first = stores.next();
      try (first) {
        close(stores);
      }
    }
  }

  /**
   * Builds a {@link CompositeStore}. Each store that is given is closed with it; one may be given
   * for several parts. Not thread-safe.
   */
  public static final class Builder {
    private final NotificationStore main;
    private @Nullable NotificationStore rateLimits;
    private @Nullable NotificationStore dedupe;
    private @Nullable NotificationStore inbox;
    private @Nullable NotificationStore tracking;
    private @Nullable NotificationStore templates;

    private Builder(NotificationStore main) {
      this.main = main;
    }

    /** Sets who counts the rate limits; default the main store. */
    public Builder rateLimits(NotificationStore store) {
      this.rateLimits = Options.notNull("rateLimits", store);
      return this;
    }

    /** Sets who answers repeats of an event before the main store is asked; default nobody. */
    public Builder dedupe(NotificationStore store) {
      this.dedupe = Options.notNull("dedupe", store);
      return this;
    }

    /** Sets who keeps the inboxes, and tells of new entries; default the main store. */
    public Builder inbox(NotificationStore store) {
      this.inbox = Options.notNull("inbox", store);
      return this;
    }

    /** Sets who keeps the tracking events; default the main store. */
    public Builder tracking(NotificationStore store) {
      this.tracking = Options.notNull("tracking", store);
      return this;
    }

    /** Sets who keeps the stored templates; default the main store. */
    public Builder templates(NotificationStore store) {
      this.templates = Options.notNull("templates", store);
      return this;
    }

    /**
     * Puts the store together.
     *
     * @throws ConfigurationException if a store cannot do for another what it was given for
     */
    public CompositeStore build() {
      return new CompositeStore(this);
    }
  }
}
