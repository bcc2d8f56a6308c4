package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.proxy.HttpProxyHandlerFactory;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Device;
import dev.notifykit.Device.Environment;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.internal.Options;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.ApnsOptions.PushType;
import dev.notifykit.message.ApnsOptions.Urgency;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends pushes to Apple devices through APNs, over HTTP/2 connections that it keeps open.
 *
 * <pre>{@code
 * ApnsProvider.builder()
 *     .signingKey(Files.readString(Path.of("AuthKey_ABC123DEFG.p8")))
 *     .keyId("ABC123DEFG")
 *     .teamId("DEF123GHIJ")
 *     .topic("com.example.shop")
 *     .build();
 * }</pre>
 *
 * <p>One provider serves the apps of one team ({@link Builder#topic} once for each); a client takes
 * one provider for each team, under different names. A device's {@code appId} chooses the app and
 * its {@code environment} chooses production or sandbox.
 *
 * <p>The {@code apns-id} is the delivery's id and so is the {@code apns-collapse-id} unless the
 * message names a collapse key, so that a repeated push replaces the first. A push without any
 * expiry is kept by APNs for {@link Builder#timeToLive}, except calls and push-to-talk, which are
 * for now or never.
 *
 * <p>Thread-safe. Stages complete on a thread of the provider's own, which a dependent action must
 * not block for long. It owns its connections and threads until {@link #close}.
 *
 * <p>Pushy, which speaks to APNs, writes tokens and payloads to its log at level TRACE: keep {@code
 * com.eatthepath.pushy} at DEBUG or above.
 *
 * @see <a
 *     href="https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns">Apple's
 *     description</a>
 */
public final class ApnsProvider implements Provider {
  private static final Set<Route> ROUTES = Set.of(Route.APNS);
  private static final int SHORTEST_TOKEN = 32;
  private static final int LONGEST_TOKEN = 512;
  private static final Duration LONGEST_TTL = Duration.ofDays(30); // APNs ends it then
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);
  private static final long SWEEPS_PER_TIMEOUT = 20;

  private final String name;
  private final List<String> topics;
  private final int maxInFlight;
  private final Duration timeout;
  private final Duration timeToLive;
  private final Clock clock;
  private final Semaphore permits;
  private final EventLoopGroup eventLoops;
  private final ExecutorService outcomes;
  private final Map<Environment, Gateway> gateways = new EnumMap<>(Environment.class);
  private final AtomicBoolean closed = new AtomicBoolean();

  @SuppressWarnings("FutureReturnValueIgnored") // the sweep ends with its event loop
  private ApnsProvider(Builder b, Credentials credentials) {
    this.name = b.name;
    this.topics = List.copyOf(b.topics);
    this.maxInFlight = b.maxInFlight;
    this.timeout = b.timeout;
    this.timeToLive = b.timeToLive;
    this.clock = b.clock;
    this.permits = new Semaphore(b.maxInFlight);
    this.eventLoops = eventLoops(b.connections);
    this.outcomes =
        Executors.newSingleThreadExecutor(new DefaultThreadFactory("notify-apns-outcomes", true));
    try {
      for (Environment environment : b.environments) {
        gateways.put(environment, gateway(b, credentials, environment));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    long sweep = Math.max(1, timeout.toMillis() / SWEEPS_PER_TIMEOUT);
    eventLoops.scheduleWithFixedDelay(this::expire, sweep, sweep, TimeUnit.MILLISECONDS);
  }

  // Pushy recognises the deprecated groups only, not Netty 4.2's MultiThreadIoEventLoopGroup.
  @SuppressWarnings("deprecation")
  private static EventLoopGroup eventLoops(int connections) {
    int threads = Math.min(connections, Runtime.getRuntime().availableProcessors());
    return new NioEventLoopGroup(threads, new DefaultThreadFactory("notify-apns", true));
  }

  private Gateway gateway(Builder b, Credentials credentials, Environment environment) {
    ApnsClientBuilder settings =
        new ApnsClientBuilder()
            .setApnsServer(b.host(environment), b.port)
            .setEventLoopGroup(eventLoops)
            .setConcurrentConnections(b.connections)
            .setConnectionTimeout(b.connectTimeout);
    if (!b.trusted.isEmpty()) {
      settings.setTrustedServerCertificateChain(b.trusted.toArray(X509Certificate[]::new));
    }
    if (b.proxy != null) {
      settings.setProxyHandlerFactory(new HttpProxyHandlerFactory(b.proxy));
    }
    credentials.into(settings);
    return new Gateway(settings, permits, eventLoops, new Burst(eventLoops, outcomes));
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Channel channel() {
    return Channel.PUSH;
  }

  @Override
  public Set<Route> routes() {
    return ROUTES;
  }

  /** Returns whether it knows the device's app and environment; a device may name no app. */
  @Override
  public boolean serves(Target target) {
    Device device = target.device().orElse(null);
    return device != null && target.route() == Route.APNS && serves(device);
  }

  private boolean serves(Device device) {
    return gateways.containsKey(device.environment())
        && (device.appId().isEmpty() || topics.contains(device.appId().get()));
  }

  @Override
  public int maxInFlight() {
    return maxInFlight;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public Optional<Outcome.Rejected> check(Target target, Message message) {
    return message instanceof PushMessage push
        ? Optional.ofNullable(Payload.objection(push, clock)).map(Outcome.Rejected::new)
        : Optional.of(new Outcome.Rejected("not-a-push"));
  }

  @Override
  public Optional<Outcome.InvalidTarget> check(Target target) {
    return target.device().filter(device -> isToken(device.token())).isPresent()
        ? Optional.empty()
        : Optional.of(new Outcome.InvalidTarget("malformed-token"));
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    return sendAll(List.of(request)).get(0);
  }

  /** Sends them together: the connection's thread is asked once for all. */
  @Override
  public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
    List<CompletionStage<Outcome>> stages = new ArrayList<>(requests.size());
    Map<Environment, List<Push>> taken = new EnumMap<>(Environment.class);
    Instant now = clock.instant();
    for (SendRequest request : requests) {
      try {
        stages.add(take(request, now, taken));
      } catch (RuntimeException e) { // a bug must not keep what was taken from being sent
        stages.add(CompletableFuture.failedStage(e));
      }
    }
    taken.forEach((environment, pushes) -> gateway(environment).send(pushes));
    return stages;
  }

  /** Adds the push of a request to those that are sent together, or says why it is not. */
  private CompletionStage<Outcome> take(
      SendRequest request, Instant now, Map<Environment, List<Push>> taken) {
    Device device = request.target().device().orElse(null);
    if (closed.get()) {
      return now(new Outcome.Retryable("closed"));
    }
    if (device == null || !(request.message() instanceof PushMessage message)) {
      return now(new Outcome.Rejected("not-a-push"));
    }
    if (!serves(request.target())) {
      return now(new Outcome.Rejected("not-served"));
    }
    if (!isToken(device.token())) {
      return now(new Outcome.InvalidTarget("malformed-token"));
    }
    Payload payload = Payload.of(message, now);
    if (payload.refusal() != null) {
      return now(new Outcome.Rejected(payload.refusal()));
    }
    Push push = push(request, device, message, payload, now);
    Outcome refusal = gateway(device.environment()).enter(push);
    if (refusal != null) {
      return now(refusal);
    }
    taken.computeIfAbsent(device.environment(), e -> new ArrayList<>()).add(push);
    return push.outcome;
  }

  private static CompletionStage<Outcome> now(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private Gateway gateway(Environment environment) {
    return Objects.requireNonNull(gateways.get(environment));
  }

  /** Whole bytes in hexadecimal digits. A regular expression would cost more than the payload. */
  private static boolean isToken(String token) {
    int length = token.length();
    if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN || length % 2 != 0) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!HexFormat.isHexDigit(token.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private Push push(
      SendRequest request, Device device, PushMessage message, Payload payload, Instant now) {
    return new Push(
        request.deliveryId(),
        device.token(),
        topic(device, message, payload.type()),
        payload.json(),
        pushType(payload.type()),
        priority(request.priority(), message, payload.type()),
        message.collapseKey().orElse(null),
        expiration(request.expiresAt(), message, payload.type(), now),
        System.nanoTime() + timeout.toNanos());
  }

  private String topic(Device device, PushMessage message, PushType type) {
    return message
        .apns()
        .map(ApnsOptions::topic)
        .orElseGet(() -> device.appId().orElse(topics.get(0)) + suffix(type));
  }

  private static String suffix(PushType type) {
    return switch (type) {
      case ALERT, BACKGROUND -> "";
      case VOIP -> ".voip";
      case COMPLICATION -> ".complication";
      case LIVE_ACTIVITY -> ".push-type.liveactivity";
      case LOCATION -> ".location-query";
      case PUSH_TO_TALK -> ".voip-ptt";
      case FILE_PROVIDER -> ".pushkit.fileprovider";
    };
  }

  private static com.eatthepath.pushy.apns.PushType pushType(PushType type) {
    return switch (type) {
      case ALERT -> com.eatthepath.pushy.apns.PushType.ALERT;
      case BACKGROUND -> com.eatthepath.pushy.apns.PushType.BACKGROUND;
      case VOIP -> com.eatthepath.pushy.apns.PushType.VOIP;
      case COMPLICATION -> com.eatthepath.pushy.apns.PushType.COMPLICATION;
      case LIVE_ACTIVITY -> com.eatthepath.pushy.apns.PushType.LIVE_ACTIVITY;
      case LOCATION -> com.eatthepath.pushy.apns.PushType.LOCATION;
      case PUSH_TO_TALK -> com.eatthepath.pushy.apns.PushType.PUSH_TO_TALK;
      case FILE_PROVIDER -> com.eatthepath.pushy.apns.PushType.FILEPROVIDER;
    };
  }

  /** APNs refuses to deliver a background push at once. */
  private static DeliveryPriority priority(Priority priority, PushMessage m, PushType type) {
    Urgency chosen = m.apns().map(ApnsOptions::urgency).orElse(null);
    if (type == PushType.BACKGROUND || chosen == Urgency.CONSERVE_POWER) {
      return DeliveryPriority.CONSERVE_POWER;
    }
    boolean mayWait = type == PushType.ALERT || type == PushType.LIVE_ACTIVITY;
    return chosen == null && mayWait && priority == Priority.LOW
        ? DeliveryPriority.CONSERVE_POWER
        : DeliveryPriority.IMMEDIATE;
  }

  /** Returns until when APNs keeps it; null stands for not at all. */
  private @Nullable Instant expiration(
      @Nullable Instant expiresAt, PushMessage message, PushType type, Instant now) {
    boolean nowOrNever = type == PushType.VOIP || type == PushType.PUSH_TO_TALK;
    Duration unset = nowOrNever && expiresAt == null ? Duration.ZERO : timeToLive;
    Duration ttl = message.timeToLive().orElse(unset);
    if (ttl.isZero()) {
      return null;
    }
    Instant until = now.plus(ttl.compareTo(LONGEST_TTL) < 0 ? ttl : LONGEST_TTL);
    return expiresAt != null && expiresAt.isBefore(until) ? expiresAt : until;
  }

  private void expire() {
    long now = System.nanoTime();
    gateways.values().forEach(gateway -> gateway.expire(now));
  }

  /** Returns how the provider's connections are; cheap enough to ask often. */
  public ApnsHealth health() {
    return new ApnsHealth(
        gateways.values().stream().mapToInt(Gateway::connections).sum(),
        maxInFlight - permits.availablePermits(),
        gateways.values().stream().mapToLong(Gateway::connectionFailures).sum());
  }

  /**
   * Ends the connections and threads. Waits up to five seconds for answers to what was sent; what
   * is left completes as unknown if it was written, as retryable if not. Idempotent.
   */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // awaited by way of terminationFuture
  public void close() {
    if (closed.compareAndSet(false, true)) {
      CompletableFuture.allOf(
              gateways.values().stream().map(Gateway::close).toArray(CompletableFuture<?>[]::new))
          .orTimeout(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(late -> null)
          .join();
      eventLoops.shutdownGracefully(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
      eventLoops.terminationFuture().awaitUninterruptibly(SHUTDOWN.toMillis());
      outcomes.shutdown();
      gateways.values().forEach(Gateway::abandonAll);
    }
  }

  /** Returns name and topics. */
  @Override
  public String toString() {
    return "ApnsProvider[" + name + " " + topics + "]";
  }

  /** Builds an {@link ApnsProvider}. Not thread-safe. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofHours(24);

    static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,254}");

    private String name = "apns";
    private @Nullable String signingKey;
    private @Nullable String keyId;
    private @Nullable String teamId;
    private byte @Nullable [] p12;
    private String p12Password = "";
    private final Set<String> topics = new LinkedHashSet<>();
    private Set<Environment> environments = Set.of(Environment.values());
    private int connections = 1;
    private int maxInFlight = 1000;
    private Duration timeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeToLive = Duration.ofDays(28);
    private @Nullable String host;
    private int port = ApnsClientBuilder.DEFAULT_APNS_PORT;
    private final List<X509Certificate> trusted = new ArrayList<>();
    private @Nullable InetSocketAddress proxy;
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** Sets the name, unique among the client's providers; default {@code apns}. */
    public Builder name(String value) {
      this.name = Options.name("apns: name", value);
      return this;
    }

    /**
     * Sets the text of the team's {@code .p8} signing key. This or {@link #certificate} is
     * required; with it {@link #keyId} and {@link #teamId} are.
     */
    public Builder signingKey(String pem) {
      this.signingKey = pem;
      return this;
    }

    /** Sets the ten characters that identify the signing key. */
    public Builder keyId(String value) {
      this.keyId = value;
      return this;
    }

    /** Sets the ten characters that identify the team. */
    public Builder teamId(String value) {
      this.teamId = value;
      return this;
    }

    /**
     * Sets an app's certificate with its key, in place of a signing key.
     *
     * @param p12 the content of the PKCS#12 file; copied
     * @param password the file's password, empty for none
     */
    public Builder certificate(byte[] p12, String password) {
      this.p12 = Options.notNull("apns: certificate", p12).clone();
      this.p12Password = Options.notNull("apns: certificate's password", password);
      return this;
    }

    /**
     * Adds an app by its bundle id, such as {@code com.example.shop}; at least one is required. The
     * first is the app of devices that name none. Suffixes for calls and the like are added.
     */
    public Builder topic(String bundleId) {
      if (bundleId == null || !TOPIC.matcher(bundleId).matches()) {
        throw new ConfigurationException(
            "apns: topic is no bundle id such as com.example.shop: letters, digits, - and .");
      }
      topics.add(bundleId);
      return this;
    }

    /** Restricts it to devices of one environment; default both. */
    public Builder environment(Environment value) {
      this.environments = Set.of(Options.notNull("apns: environment", value));
      return this;
    }

    /**
     * Sets how many connections it opens to each environment, 1 to 100; default 1, which carries
     * tens of thousands of pushes a second.
     */
    public Builder connections(int value) {
      this.connections = value;
      return this;
    }

    /**
     * Sets how many pushes may be in flight at once, over all connections; default 1000. More than
     * that is refused as throttled, never queued.
     */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /** Sets how long a push may take before its outcome is unknown; default 30 seconds. */
    public Builder timeout(Duration value) {
      this.timeout = Options.notNull("apns: timeout", value);
      return this;
    }

    /** Sets how long a connection may take to open; default 10 seconds. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = Options.notNull("apns: connectTimeout", value);
      return this;
    }

    /**
     * Sets how long APNs keeps a push for a device that is not reachable, when neither the message
     * nor the notification says; default 28 days, zero for now or never. APNs itself ends it at 30
     * days.
     */
    public Builder timeToLive(Duration value) {
      this.timeToLive = Options.notNull("apns: timeToLive", value);
      return this;
    }

    /**
     * Sets another server in place of Apple's, for both environments: a fake in a test, or Apple's
     * alternate port 2197 where 443 is blocked.
     */
    public Builder server(String host, int port) {
      this.host = Options.notNull("apns: server", host);
      this.port = port;
      return this;
    }

    /**
     * Trusts these certificates in place of the Java runtime's, for a fake server in a test. Host
     * names are verified all the same.
     */
    public Builder trustedCertificates(X509Certificate... values) {
      for (X509Certificate each : Options.notNull("apns: trustedCertificates", values)) {
        trusted.add(Options.notNull("apns: trustedCertificates", each));
      }
      return this;
    }

    /** Connects through an HTTP proxy; default directly. */
    public Builder proxy(@Nullable InetSocketAddress value) {
      this.proxy = value;
      return this;
    }

    /**
     * Sets where the time of day comes from, for expiry and Live Activities; default the system.
     */
    public Builder clock(Clock value) {
      this.clock = Options.notNull("apns: clock", value);
      return this;
    }

    private String host(Environment environment) {
      if (host != null) {
        return host;
      }
      return environment == Environment.SANDBOX
          ? ApnsClientBuilder.DEVELOPMENT_APNS_HOST
          : ApnsClientBuilder.PRODUCTION_APNS_HOST;
    }

    /**
     * Returns the provider. It connects with the first push.
     *
     * @throws ConfigurationException if an option is missing, malformed or contradicts another
     */
    public ApnsProvider build() {
      if (topics.isEmpty()) {
        throw new ConfigurationException("apns: topic is missing: the app's bundle id");
      }
      within("connections", connections, 1, 100);
      within("maxInFlight", maxInFlight, 1, 100_000);
      within("port", port, 1, 65_535);
      within("timeout", timeout);
      within("connectTimeout", connectTimeout);
      if (timeToLive.isNegative()) {
        throw new ConfigurationException("apns: timeToLive is " + timeToLive + "; not below zero");
      }
      return new ApnsProvider(this, credentials());
    }

    private Credentials credentials() {
      if ((signingKey == null) == (p12 == null)) {
        throw new ConfigurationException(
            "apns: pass either signingKey, with keyId and teamId, or certificate");
      }
      return p12 != null
          ? Credentials.certificate(p12, p12Password, clock)
          : Credentials.signingKey(
              required("signingKey", signingKey),
              required("keyId", keyId),
              required("teamId", teamId));
    }

    private static String required(String option, @Nullable String value) {
      if (value == null) {
        throw new ConfigurationException("apns: " + option + " is missing");
      }
      return value;
    }

    private static void within(String option, int value, int min, int max) {
      if (value < min || value > max) {
        throw new ConfigurationException(
            "apns: %s is %d; it must be %d to %d".formatted(option, value, min, max));
      }
    }

    private static void within(String option, Duration value) {
      if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
        throw new ConfigurationException(
            "apns: " + option + " is " + value + "; pass 1 millisecond to " + LONGEST);
      }
    }
  }
}
