package dev.notifykit;

import dev.notifykit.admission.DeviceTokens;
import dev.notifykit.dispatch.DispatchSettings;
import dev.notifykit.engine.Engine;
import dev.notifykit.engine.EngineConfig;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.internal.Checks;
import dev.notifykit.internal.MacKey;
import dev.notifykit.internal.Options;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.Routing;
import dev.notifykit.remote.SendApi;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.template.TemplateEngine;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.template.Templates;
import dev.notifykit.tracking.AddressBook;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.MessageLinks;
import dev.notifykit.tracking.TrackingLinks;
import dev.notifykit.tracking.UnsubscribeLinks;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notifies an application's users: the application says what happened to whom, the client sees to
 * it that the right message reaches every right device as that user wants it.
 *
 * <p>Thread-safe; an application has one. {@code send} returns once the notification is durable in
 * the store, and delivery goes on in the background until {@link #close()}. Every method throws
 * {@link InvalidNotificationException} for an argument it refuses, and {@link StoreException} when
 * the store does not answer; those that need the store throw {@link ClientClosedException} after
 * {@code close}.
 */
public final class NotificationClient implements AutoCloseable {
  /** Most notifications in one {@link #sendAll}. */
  public static final int MAX_BATCH = 10_000;

  private static final Duration LEAST_RECOVERY = Duration.ofSeconds(1);

  private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

  private final Engine engine;
  private final DeviceTokens tokens;
  private final Templates templates;
  private final Duration drainTimeout;
  private final String tenant;

  private NotificationClient(
      Engine engine,
      DeviceTokens tokens,
      Templates templates,
      Duration drainTimeout,
      String tenant) {
    this.engine = engine;
    this.tokens = tokens;
    this.templates = templates;
    this.drainTimeout = drainTimeout;
    this.tenant = tenant;
  }

  /** Starts a client. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a notification made from a template, to be ended with {@link Draft#send}.
   *
   * @param template the template's key
   */
  public Draft notification(String template) {
    return new Draft(this, Checks.name("template", template));
  }

  /** Starts a notification whose content is given with {@link Draft#content}. */
  public Draft notification() {
    return new Draft(this, null);
  }

  /**
   * Sends a notification: stores it with its deliveries and returns.
   *
   * @param notification the notification
   * @throws TemplateException if its template is unknown or lacks a parameter
   * @throws EventConflictException if its event id was used for other content
   * @throws QueueFullException if a bounded store has no room
   */
  public Receipt send(Notification notification) {
    return send(notification, null);
  }

  /**
   * Sends a notification inside a transaction of the caller's: it is stored if and when that
   * commits.
   *
   * @param notification the notification
   * @param transaction a connection to the store's database with auto-commit off; not committed,
   *     rolled back or closed here. Null for a transaction of the store's own.
   * @throws StoreException if the store has no transactions to join
   */
  public Receipt send(Notification notification, @Nullable Connection transaction) {
    Checks.notNull("notification", notification);
    Receipt receipt = submit(List.of(notification), transaction).get(0);
    if (receipt.status() == Receipt.Status.CONFLICT) {
      throw new EventConflictException(receipt.eventId());
    }
    return receipt;
  }

  /**
   * Sends many notifications in one call and, where the store can, one write. Each is stored wholly
   * or not at all. If one is refused by a check, none is stored, and {@link
   * NotificationException#position} says which it is; a conflict of event ids is told by its
   * receipt.
   *
   * @param notifications at most {@value #MAX_BATCH}
   * @return the receipts, in order
   */
  public List<Receipt> sendAll(Collection<Notification> notifications) {
    return sendAll(notifications, null);
  }

  /**
   * Sends many notifications inside a transaction of the caller's.
   *
   * @param notifications at most {@value #MAX_BATCH}
   * @param transaction as in {@link #send(Notification, Connection)}
   * @return the receipts, in order
   */
  public List<Receipt> sendAll(
      Collection<Notification> notifications, @Nullable Connection transaction) {
    Checks.size("notifications", Checks.notNull("notifications", notifications), MAX_BATCH);
    List<Notification> batch = new ArrayList<>(notifications);
    return batch.isEmpty() ? List.of() : submit(batch, transaction);
  }

  private List<Receipt> submit(List<Notification> batch, @Nullable Connection transaction) {
    List<Engine.Submitted> submitted = engine.submit(batch, tenant, transaction);
    return submitted.size() == 1
        ? List.of(receipt(submitted.get(0)))
        : submitted.stream().map(this::receipt).toList();
  }

  private Receipt receipt(Engine.Submitted submitted) {
    UUID id = submitted.appended().notificationId();
    return new Receipt(
        id,
        submitted.eventId(),
        status(submitted.appended().verdict()),
        () -> engine.completion(submitted.tenant(), id));
  }

  private static Receipt.Status status(Verdict verdict) {
    return switch (verdict) {
      case NEW -> Receipt.Status.ACCEPTED;
      case DUPLICATE -> Receipt.Status.DUPLICATE;
      case CONFLICT -> Receipt.Status.CONFLICT;
    };
  }

  /**
   * Tells, in order, what would be decided about a notification. Sends and stores nothing, and
   * takes no token of any limit: each delivery is told what it would meet if it were the only one,
   * so that of two that share the last token both are said to get it.
   *
   * @param notification the notification
   */
  public Explanation explain(Notification notification) {
    return engine.explain(Checks.notNull("notification", notification), tenant);
  }

  /**
   * Renders every channel of a template. Stores and sends nothing.
   *
   * @param template the template's key
   * @param locale the language, or null for the default
   * @param data the values
   * @throws TemplateException if it is unknown, lacks a parameter or renders too much
   */
  public Map<Channel, Message> preview(
      String template, @Nullable Locale locale, Map<String, Object> data) {
    return templates.preview(
        Checks.name("template", template), locale, Checks.notNull("data", data));
  }

  /**
   * Cancels what still waits of a notification; what a worker has taken goes out.
   *
   * @param notificationId the notification
   * @return how many deliveries were cancelled
   */
  public int cancel(UUID notificationId) {
    return engine.cancel(tenant, Checks.notNull("notificationId", notificationId));
  }

  /**
   * Returns a notification's deliveries with their states, suppressed ones included; empty for an
   * unknown id.
   *
   * @param notificationId the notification
   */
  public List<Delivery> deliveries(UUID notificationId) {
    return engine
        .store()
        .log()
        .deliveries(tenant, Checks.notNull("notificationId", notificationId));
  }

  /**
   * Returns a recipient's latest deliveries, newest first.
   *
   * @param recipientId the recipient
   * @param limit 1 to 1,000
   */
  public List<Delivery> history(String recipientId, int limit) {
    if (limit < 1 || limit > 1_000) {
      throw new InvalidNotificationException("limit", "is " + limit + "; it must be 1 to 1000");
    }
    return engine.store().log().ofRecipient(tenant, Checks.name("recipientId", recipientId), limit);
  }

  /**
   * Returns the attempts at a delivery that did not end in acceptance, oldest first. Where several
   * providers were asked in one attempt, it is what the last of them said that did not take it; all
   * of them are told to the log {@code dev.notifykit.deliveries} at debug.
   *
   * @param deliveryId the delivery
   */
  public List<Attempt> attempts(UUID deliveryId) {
    return engine.store().log().attempts(tenant, Checks.notNull("deliveryId", deliveryId));
  }

  /** Returns the deliveries that were given up. */
  public DeadLetters deadLetters() {
    return new DeadLetters(engine.store(), tenant, engine::changed);
  }

  /** Returns the profiles of recipients. */
  public Recipients recipients() {
    return new Recipients(engine.store(), tenant, tokens, engine::changed);
  }

  /** Returns what recipients chose. */
  public Preferences preferences() {
    return new Preferences(
        engine.store().preferences(), engine.targetKeys(), engine.policy(), tenant);
  }

  /**
   * Returns a recipient's in-app inbox.
   *
   * @param recipientId the recipient
   */
  public Inbox inbox(String recipientId) {
    return new Inbox(engine.store().inbox(), tenant, Checks.name("recipientId", recipientId));
  }

  /**
   * Takes what a provider reports to the application's public address: checks the signature, then
   * applies receipts, bounces, opt-outs and engagement, durably when it returns. Answer the request
   * with the result's status.
   *
   * @param handler the provider's, such as {@code TwilioWebhooks}
   * @param request the request as it came, body unread and unparsed by anyone else
   * @throws StoreException if it could not be applied: answer 500, and the provider repeats it
   */
  public WebhookResult receive(WebhookHandler handler, WebhookRequest request) {
    return engine.receive(Checks.notNull("handler", handler), Checks.notNull("request", request));
  }

  /**
   * Records that the recipient opened or read a message, as the application learns it: push
   * services tell nobody, so an app that is opened by a push has to. What stands in for the
   * delivery is then not needed. An inbox entry's {@link Inbox#markRead} does the same.
   *
   * @param deliveryId the delivery, whose id a push carries along
   * @return whether there is such a delivery; repeating it changes nothing
   */
  public boolean opened(UUID deliveryId) {
    return engine.opened(tenant, Checks.notNull("deliveryId", deliveryId));
  }

  /**
   * Returns what recipients and providers are known to have done with a delivery: arrivals,
   * openings, followed links, bounces, complaints, opt-outs; oldest first.
   *
   * @param deliveryId the delivery
   */
  public List<TrackingEvent> tracking(UUID deliveryId) {
    return engine.store().tracking().events(tenant, Checks.notNull("deliveryId", deliveryId));
  }

  /**
   * Returns what answers the links that {@link Builder#links} makes: mount it below their base URL.
   * A valid link is recorded and answered with 302, or with the image that tells of an opening; any
   * other with 400, never with a redirect. {@code HEAD}, and what a browser fetches ahead of its
   * reader, is answered alike and not recorded. A link counts at most once a minute. If the store
   * does not answer, the reader is sent on all the same and the event is lost.
   *
   * @throws ConfigurationException if links are not tracked
   */
  public Endpoint linkEndpoint() {
    return engine.linkEndpoint();
  }

  /**
   * Returns what answers the links that {@link Builder#unsubscribe} makes: mount it below their
   * base URL. A {@code GET} shows a page with a button and changes nothing; a {@code POST} opts
   * out, durably, and is answered with 200, also if the link is not a valid one; with 503 if the
   * store does not answer.
   *
   * @throws ConfigurationException if there are no such links
   */
  public Endpoint unsubscribeEndpoint() {
    return engine.unsubscribeEndpoint();
  }

  /**
   * Returns what answers signed requests of other applications to send; see {@link SendApi}. They
   * send for this client's tenant.
   *
   * @param api who may send, and how much
   */
  public Endpoint sendEndpoint(SendApi api) {
    return Checks.notNull("api", api).endpoint(engine.store(), this::sendAll);
  }

  /** Returns a look at the queues and providers, over all tenants. */
  public Stats stats() {
    return engine.stats();
  }

  /**
   * Stops taking a route's work on this node, until {@link #resume}; sends in flight end as usual.
   *
   * @param route the route
   */
  public void pause(Route route) {
    engine.pause(Checks.notNull("route", route));
  }

  /**
   * Ends {@link #pause}.
   *
   * @param route the route
   */
  public void resume(Route route) {
    engine.resume(Checks.notNull("route", route));
  }

  /**
   * Deletes the log of deliveries that were settled long ago, of all tenants; listed dead letters
   * stay. Call it daily, or let {@link Builder#purgeAfter} do it.
   *
   * @param olderThan positive
   * @return how many deliveries were deleted
   */
  public long purge(Duration olderThan) {
    return engine.store().log().purge(Checks.positive("olderThan", olderThan));
  }

  /**
   * Returns this client for one tenant: its recipients, preferences, event ids and deliveries are
   * apart from every other tenant's. Closing it closes the client.
   *
   * @param name the tenant
   */
  public NotificationClient forTenant(String name) {
    return new NotificationClient(
        engine, tokens, templates, drainTimeout, Checks.name("tenant", name));
  }

  /** Returns whether nothing is at work on this node: no claim, no send, no unwritten outcome. */
  public boolean isIdle() {
    return engine.isIdle();
  }

  /** Closes with the drain timeout the client was built with. */
  @Override
  public void close() {
    close(drainTimeout);
  }

  /**
   * Stops claiming, waits for what is in flight, hands back what was not begun, and closes
   * providers, store and threads. Nothing is lost: what could not end in time is found again in a
   * durable store. Idempotent: whoever closes it meanwhile, or later, waits for the first to end.
   *
   * <p>Called on a thread that is at work for it, as by a listener, by what depends on {@link
   * Receipt#completion} or within a provider's {@code send}, it takes no more sends from then on,
   * has another thread do the rest, and returns false at once. A provider that closes it on a
   * thread of its own, before it has answered, is waited for until the timeout ends.
   *
   * @param timeout how long to wait for what is in flight
   * @return whether everything in flight ended in time
   */
  public boolean close(Duration timeout) {
    return engine.close(Checks.notNull("timeout", timeout));
  }

  /** A notification in the making, bound to its client. Not thread-safe. */
  public static final class Draft extends NotificationBuilder<Draft> {
    private final NotificationClient client;

    private Draft(NotificationClient client, @Nullable String template) {
      super(template);
      this.client = client;
    }

    @Override
    Draft self() {
      return this;
    }

    /** Sends it; see {@link NotificationClient#send(Notification)}. */
    public Receipt send() {
      return client.send(build());
    }

    /**
     * Sends it inside a transaction; see {@link NotificationClient#send(Notification, Connection)}.
     */
    public Receipt send(Connection transaction) {
      return client.send(build(), Checks.notNull("transaction", transaction));
    }

    /** Tells what would be decided; see {@link NotificationClient#explain}. */
    public Explanation explain() {
      return client.explain(build());
    }
  }

  /**
   * Builds a {@link NotificationClient}. Not thread-safe. Every option throws {@link
   * ConfigurationException} for a value it refuses, null and a duration of zero among them.
   */
  public static final class Builder {
    private @Nullable NotificationStore store;
    private InstantSource clock = InstantSource.system();
    private @Nullable Scheduler scheduler;
    private final List<byte[]> hashKeys = new ArrayList<>();
    private @Nullable TrackingLinks links;
    private @Nullable UnsubscribeLinks unsubscribe;
    private final List<Provider> providers = new ArrayList<>();
    private final List<TemplateSource> templates = new ArrayList<>();
    private final List<TemplateEngine> engines = new ArrayList<>();
    private final List<NotificationListener> listeners = new ArrayList<>();
    private final List<RateLimit> limits = new ArrayList<>();
    private final Map<String, Category> categories = new LinkedHashMap<>();
    private final Map<Channel, RetryPolicy> retryByChannel = new EnumMap<>(Channel.class);
    private final Map<Channel, Routing> routing = new EnumMap<>(Channel.class);
    private final Map<Route, Integer> maxInFlight = new EnumMap<>(Route.class);
    private RetryPolicy retry = RetryPolicy.exponential(Duration.ofSeconds(2));
    private Duration dedupe = Duration.ofDays(1);
    private EventIdPolicy eventIds = EventIdPolicy.ANY;
    private @Nullable QuietHours quietHours;
    private Set<Channel> quietChannels = EnumSet.of(Channel.PUSH, Channel.SMS, Channel.EMAIL);
    private ZoneId zone = ZoneOffset.UTC;
    private Duration reconcileWithin = Duration.ofHours(1);
    private Duration pollInterval = Duration.ofMillis(500);
    private Duration drainTimeout = DEFAULT_DRAIN;
    private @Nullable Duration purgeAfter;
    private AddressBook addressBook = (tenant, target) -> List.of();
    private Supplier<Map<String, String>> context = Map::of;
    private ThreadFactory threads = Engine.platformThreads();
    private boolean startsPaused;

    private Builder() {}

    /**
     * Sets the store; default one in memory, which dies with the process. Closed with the client.
     */
    public Builder store(NotificationStore value) {
      this.store = Options.notNull("store", value);
      return this;
    }

    /**
     * Adds a provider. Several of one channel are tried in the order they are added, unless there
     * is a {@link #routing}: the next takes over what the one before definitely did not take, and
     * in a category that prefers duplicates also what it may have taken. Closed with the client.
     */
    public Builder provider(Provider value) {
      this.providers.add(Options.notNull("provider", value));
      return this;
    }

    /**
     * Sets how a channel's deliveries are spread over its providers; default in the order they were
     * added.
     */
    public Builder routing(Channel channel, Routing value) {
      this.routing.put(
          Options.notNull("routing.channel", channel), Options.notNull("routing", value));
      return this;
    }

    /** Adds sources of templates, asked in order. */
    public Builder templates(TemplateSource... values) {
      for (TemplateSource value : Options.notNull("templates", values)) {
        templates.add(Options.notNull("templates", value));
      }
      return this;
    }

    /** Adds a template engine of the application's own, asked before the sources; default none. */
    public Builder templateEngine(TemplateEngine value) {
      this.engines.add(Options.notNull("templateEngine", value));
      return this;
    }

    /** Sets how links are tracked, of every tenant; default not at all. */
    public Builder links(TrackingLinks value) {
      this.links = Options.notNull("links", value);
      return this;
    }

    /** Sets the links that unsubscribe, of every tenant; default none. */
    public Builder unsubscribe(UnsubscribeLinks value) {
      this.unsubscribe = Options.notNull("unsubscribe", value);
      return this;
    }

    /**
     * Sets the secret that addresses and numbers are hashed with where they are not needed
     * themselves: in suppressions, which outlive an erasure, in {@link Delivery#targetKey} and in
     * logs. Default: a random secret that the first client of a store makes and keeps there, so
     * that all nodes hash alike without being told. Who reads the log then learns no number by
     * trying all of them, but who copies the store has the secret as well; one given here is out of
     * his reach.
     *
     * <p>Suppressions do not expire, so neither do secrets: what was suppressed by an earlier one,
     * or by the store's own, stays suppressed, and is looked for as well. A delivery that is
     * already queued is compared with suppressions by the secret it was queued under.
     *
     * @param secret at least 32 random bytes, the same on every node; copied
     * @param earlier the secrets that were set here before
     * @throws ConfigurationException if one is too short. {@link #build} throws it if the store was
     *     used with a secret that is none of these
     */
    public Builder hashKey(byte[] secret, byte[]... earlier) {
      hashKeys.clear();
      hashKeys.add(hashKey(secret));
      for (byte[] each : Options.notNull("hashKey", earlier)) {
        hashKeys.add(hashKey(each));
      }
      return this;
    }

    private static byte[] hashKey(byte @Nullable [] secret) {
      if (secret == null || secret.length < MacKey.LEAST_BYTES) {
        throw new ConfigurationException(
            "hashKey needs at least " + MacKey.LEAST_BYTES + " random bytes");
      }
      return secret.clone();
    }

    /** Adds a rate limit; every one that applies must have a token. Default none. */
    public Builder rateLimit(RateLimit value) {
      this.limits.add(Options.notNull("rateLimit", value));
      return this;
    }

    /**
     * Sets the retry policy; default 14 attempts, waits doubling from 2 seconds to an hour: they
     * are over in an hour and a half, three at most.
     */
    public Builder retry(RetryPolicy value) {
      this.retry = Options.notNull("retry", value);
      return this;
    }

    /** Sets the retry policy of one channel; default that of all. */
    public Builder retry(Channel channel, RetryPolicy value) {
      this.retryByChannel.put(
          Options.notNull("retry.channel", channel), Options.notNull("retry", value));
      return this;
    }

    /** Sets how long event ids are remembered; default a day. */
    public Builder dedupe(Duration value) {
      this.dedupe = Options.positive("dedupe", value);
      return this;
    }

    /** Sets which event ids are well formed; default any. */
    public Builder eventIds(EventIdPolicy value) {
      this.eventIds = Options.notNull("eventIds", value);
      return this;
    }

    /**
     * Adds a category, in place of an earlier one of that name. Once there is one, a notification
     * of an unknown category is refused.
     */
    public Builder category(Category value) {
      this.categories.put(Options.notNull("category", value).name(), value);
      return this;
    }

    /**
     * Sets the quiet hours of recipients who have none of their own; default none.
     *
     * @param value the hours, in each recipient's zone
     * @param channels the channels held back, also by recipients' own hours; default all but the
     *     inbox
     */
    public Builder quietHours(QuietHours value, Channel... channels) {
      this.quietHours = Options.notNull("quietHours", value);
      if (Options.notNull("quietHours.channels", channels).length > 0) {
        this.quietChannels = EnumSet.noneOf(Channel.class);
        for (Channel channel : channels) {
          quietChannels.add(Options.notNull("quietHours.channel", channel));
        }
      }
      return this;
    }

    /** Sets the zone of recipients who have none; default UTC. */
    public Builder zone(ZoneId value) {
      this.zone = Options.notNull("zone", value);
      return this;
    }

    /** Adds a listener; default none. */
    public Builder listener(NotificationListener value) {
      this.listeners.add(Options.notNull("listener", value));
      return this;
    }

    /** Sets how many deliveries of a route may be at work at once; default what providers allow. */
    public Builder maxInFlight(Route route, int value) {
      if (value < 1 || value > 100_000) {
        throw new ConfigurationException(
            "maxInFlight of " + route + " is " + value + "; it must be 1 to 100,000");
      }
      this.maxInFlight.put(Options.notNull("maxInFlight.route", route), value);
      return this;
    }

    /**
     * Sets how long a delivery whose outcome is unknown, in a category that prefers silence, waits
     * for a receipt before it is dead; default an hour.
     */
    public Builder reconcileWithin(Duration value) {
      this.reconcileWithin = Options.positive("reconcileWithin", value);
      return this;
    }

    /**
     * Sets how often a shared store is asked for work of other nodes; default twice a second.
     * Lapsed claims, expired deliveries and overdue receipts are looked for as often, at most once
     * a second.
     */
    public Builder pollInterval(Duration value) {
      this.pollInterval = Options.positive("pollInterval", value);
      return this;
    }

    /**
     * Sets after what time the log of settled deliveries is deleted: about once an hour this client
     * does what {@link NotificationClient#purge} does. Several nodes may. Default never, so that
     * the log grows until somebody calls that.
     *
     * @param value longer than anyone asks what became of a notification, and than providers take
     *     to report on it
     */
    public Builder purgeAfter(Duration value) {
      this.purgeAfter = Options.positive("purgeAfter", value);
      return this;
    }

    /** Sets how long {@link NotificationClient#close()} waits; default 30 seconds. */
    public Builder drainTimeout(Duration value) {
      this.drainTimeout = Options.positive("drainTimeout", value);
      return this;
    }

    /**
     * Sets what the sending thread knows and the delivering one is to know, such as a trace: asked
     * once in every {@code send}, kept with the notification, and given to providers in {@link
     * dev.notifykit.provider.SendRequest#context}. Default nothing.
     *
     * @param value returns a few short strings, nothing secret; throws nothing
     */
    public Builder context(Supplier<Map<String, String>> value) {
      this.context = Options.notNull("context", value);
      return this;
    }

    /**
     * Sets where to ask whose an address is. A text message that says STOP comes from a number and
     * names nobody: the number is suppressed, and those whose it is are opted out of the channel
     * (START takes both back). Default: nobody is known to have it, so that only the number is
     * suppressed.
     */
    public Builder addressBook(AddressBook value) {
      this.addressBook = Options.notNull("addressBook", value);
      return this;
    }

    /**
     * Sets what makes the threads that claim and settle, a few for each route; default daemon
     * threads of the platform.
     */
    public Builder threads(ThreadFactory value) {
      this.threads = Options.notNull("threads", value);
      return this;
    }

    /**
     * Starts with every route paused: what is sent is stored, and goes out once {@link
     * NotificationClient#resume} is called for its route. Default off.
     */
    public Builder startPaused() {
      this.startsPaused = true;
      return this;
    }

    /** Sets the clock of the default store; default the system's. For tests. */
    public Builder clock(InstantSource value) {
      this.clock = Options.notNull("clock", value);
      return this;
    }

    /** Sets what runs timed work; default real time. For tests. Closed with the client. */
    public Builder scheduler(Scheduler value) {
      this.scheduler = Options.notNull("scheduler", value);
      return this;
    }

    /**
     * Starts the client.
     *
     * @throws ConfigurationException if two providers share a name or one says something impossible
     *     of itself, a limit or a routing names a provider that is not there, or a limit a category
     *     that is not
     */
    public NotificationClient build() {
      checkProviders();
      checkCategories();
      Templates catalog = new Templates(templates, engines);
      DeliveryPolicy policy =
          new DeliveryPolicy(
              Map.copyOf(categories), List.copyOf(limits), quietHours, quietChannels, zone);
      DispatchSettings dispatch =
          new DispatchSettings(
              UUID.randomUUID().toString(),
              retry,
              Map.copyOf(retryByChannel),
              Map.copyOf(routing),
              Map.copyOf(maxInFlight),
              reconcileWithin,
              pollInterval,
              pollInterval.compareTo(LEAST_RECOVERY) > 0 ? pollInterval : LEAST_RECOVERY);
      EngineConfig config =
          new EngineConfig(
              store,
              clock,
              scheduler,
              List.copyOf(providers),
              catalog,
              new MessageLinks(links, unsubscribe),
              policy,
              dedupe,
              eventIds,
              dispatch,
              List.copyOf(hashKeys),
              List.copyOf(listeners),
              addressBook,
              context,
              threads,
              purgeAfter,
              startsPaused);
      return new NotificationClient(
          Engine.start(config), new DeviceTokens(config.providers()), catalog, drainTimeout, "");
    }

    private void checkProviders() {
      Set<String> names = new HashSet<>(Set.of("inbox"));
      for (Provider provider : providers) {
        checkProvider(provider);
        if (!names.add(provider.name())) {
          throw new ConfigurationException(
              "provider: two are named '" + provider.name() + "'; give one another name");
        }
      }
      for (RateLimit limit : limits) {
        limit
            .provider()
            .filter(name -> !names.contains(name))
            .ifPresent(
                name -> {
                  throw new ConfigurationException(
                      "rateLimit: there is no provider '" + name + "'; there are " + names);
                });
      }
      routing.forEach(this::checkRouting);
    }

    /** What a provider wrongly says of itself would leave its messages where they are. */
    private static void checkProvider(Provider provider) {
      String who = "provider " + Options.name("provider.name", provider.name()) + ": ";
      Channel channel = Options.notNull(who + "channel", provider.channel());
      Options.positive(who + "timeout", provider.timeout());
      if (provider.maxInFlight() < 1) {
        throw new ConfigurationException(
            who + "maxInFlight is " + provider.maxInFlight() + "; it must be at least 1");
      }
      Set<Route> routes = Options.notNull(who + "routes", provider.routes());
      if (routes.isEmpty() || routes.stream().anyMatch(route -> route.channel() != channel)) {
        throw new ConfigurationException(
            who + "routes are " + routes + "; they must be of its channel, " + channel);
      }
    }

    /** A limit of a misspelt category would never apply. */
    private void checkCategories() {
      for (RateLimit limit : limits) {
        limit
            .category()
            .filter(name -> !categories.isEmpty() && !categories.containsKey(name))
            .filter(name -> !name.equals(Category.DEFAULT.name()))
            .ifPresent(
                name -> {
                  throw new ConfigurationException(
                      "rateLimit: there is no category '"
                          + name
                          + "'; there are "
                          + categories.keySet());
                });
      }
    }

    private void checkRouting(Channel channel, Routing rules) {
      Set<String> names = new HashSet<>();
      providers.stream().filter(p -> p.channel() == channel).forEach(p -> names.add(p.name()));
      for (String name : rules.names()) {
        if (!names.contains(name)) {
          throw new ConfigurationException(
              "routing: there is no provider '"
                  + name
                  + "' of "
                  + channel
                  + "; there are "
                  + names);
        }
      }
    }
  }
}
