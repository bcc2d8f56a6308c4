package dev.notifykit.store.memory;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
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
import org.jspecify.annotations.Nullable;

/**
 * A store in this process's memory: the fastest, and gone with the process. "Durable" means for it
 * that nothing is lost while the process lives. For tests, and for what need not survive a restart.
 * Thread-safe; it has no threads of its own.
 *
 * <p><b>Bounds.</b> Deliveries that are not settled are held to {@link Builder#capacity}; an append
 * that would exceed it is refused whole, at once or after {@link Builder#blockWhenFull a wait}. Of
 * the past each route keeps what {@link Builder#retention} says. A notification to one recipient
 * with six short values takes about 1,000 bytes while it waits; about 100 of them stay for its
 * event id until the dedupe window has passed: choose the window with that in mind.
 *
 * <p><b>Transactions.</b> It has none: appending with a connection is refused with a {@link
 * dev.notifykit.StoreException}.
 *
 * <p><b>Time</b> is the given clock's throughout, expiry of event ids and token buckets included;
 * only the wait of {@link Builder#blockWhenFull} is real time. Due times count in microseconds.
 */
public final class InMemoryStore implements NotificationStore {
  private final StoreTime time;
  private final MemoryQueue queue;
  private final MemoryLog log;
  private final MemoryPreferences preferences = new MemoryPreferences();
  private final MemoryRecipients recipients;
  private final Buckets buckets;
  private final MemoryTemplates templates = new MemoryTemplates();
  private final MemoryInbox inbox;
  private final MemoryTracking tracking;
  private final MemoryOnce once;

  private InMemoryStore(Builder b) {
    this.time = new StoreTime(b.clock);
    this.buckets = new Buckets(time);
    this.queue =
        new MemoryQueue(
            time,
            buckets,
            new Capacity(b.capacity, b.patience),
            preferences,
            new Retention(b.retentionAge, b.retentionCount));
    this.log = new MemoryLog(queue);
    this.inbox = new MemoryInbox(time, b.inboxSize);
    this.recipients = new MemoryRecipients(time, preferences, inbox, queue);
    this.tracking = new MemoryTracking(time, b.retentionAge);
    this.once = new MemoryOnce(time);
  }

  /** Returns a store with every default. */
  public static InMemoryStore create() {
    return builder().build();
  }

  /** Starts a store. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public InstantSource clock() {
    return time.clock();
  }

  /** Returns false: no other process can append. */
  @Override
  public boolean isShared() {
    return false;
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
    return buckets;
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

  /** Does nothing: it opened nothing, and another client may go on with what it holds. */
  @Override
  public void close() {}

  /** Builds an {@link InMemoryStore}. Not thread-safe. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofDays(3650);

    private InstantSource clock = InstantSource.system();
    private int capacity = 2_000_000;
    private @Nullable Duration patience;
    private Duration retentionAge = Duration.ofDays(1);
    private int retentionCount = 100_000;
    private int inboxSize = 1_000;

    private Builder() {}

    /** Sets the clock that every time of the store is read from; default the system's. */
    public Builder clock(InstantSource value) {
      this.clock = Options.notNull("clock", value);
      return this;
    }

    /**
     * Sets how many deliveries may be unsettled at once: waiting, in flight, or of unknown outcome.
     * Default 2,000,000. A replayed dead letter is let in above it.
     *
     * @param value at least 1
     */
    public Builder capacity(int value) {
      this.capacity = atLeastOne("capacity", value);
      return this;
    }

    /**
     * Makes a full store refuse at once, with a {@link dev.notifykit.QueueFullException}. The
     * default.
     */
    public Builder rejectWhenFull() {
      this.patience = null;
      return this;
    }

    /**
     * Makes an append to a full store wait for room, and refuse only after that long. A batch that
     * is larger than the capacity is refused at once.
     *
     * @param timeout positive
     */
    public Builder blockWhenFull(Duration timeout) {
      this.patience = Options.positive("blockWhenFull", timeout);
      return this;
    }

    /**
     * Sets how much of the past is kept, the oldest forgotten first: of each route, settled
     * deliveries up to an age and a number, and listed dead letters of any age up to the same
     * number. Default a day and 100,000. Tracking events are kept for the same time.
     *
     * @param age 1 ms to 3,650 days
     * @param count at least 1
     */
    public Builder retention(Duration age, int count) {
      Options.positive("retention", age);
      if (age.compareTo(Duration.ofMillis(1)) < 0 || age.compareTo(LONGEST) > 0) {
        throw new ConfigurationException("retention is " + age + "; it must be 1 ms to 3,650 days");
      }
      this.retentionAge = age;
      this.retentionCount = atLeastOne("retention count", count);
      return this;
    }

    /**
     * Sets how many entries each inbox keeps, the oldest removed first; default 1,000.
     *
     * @param value at least 1
     */
    public Builder inboxSize(int value) {
      this.inboxSize = atLeastOne("inboxSize", value);
      return this;
    }

    private static int atLeastOne(String option, int value) {
      if (value < 1) {
        throw new ConfigurationException(option + " is " + value + "; it must be at least 1");
      }
      return value;
    }

    /** Returns the store, empty. */
    public InMemoryStore build() {
      return new InMemoryStore(this);
    }
  }
}
