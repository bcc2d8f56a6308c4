package dev.notifykit.fcm;

import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Device;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.internal.BlockingThreads;
import dev.notifykit.internal.Options;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Sends pushes to Android devices and browsers through FCM's HTTP v1 API.
 *
 * <pre>{@code
 * FcmProvider.builder()
 *     .credentials(Files.readString(Path.of("service-account.json")))
 *     .build();
 * }</pre>
 *
 * <p>One provider serves one Firebase project; a client takes several under different names, each
 * with its {@link Builder#app apps}. A device's {@code tokenType} says whether its token is a
 * registration token, an installation id, a topic or a condition.
 *
 * <p>Each message carries the delivery's id as {@code data.delivery_id}, and as the notification's
 * tag unless the message names a collapse key, so that a repeated push replaces the first or the
 * app can drop it.
 *
 * <p>Google's SDK makes the messages and fetches access tokens; they are sent over OkHttp, which
 * blocks a thread for each: they are the provider's own, virtual where the running JDK has them,
 * and no more than {@link Builder#maxInFlight}. One call is one attempt; what the SDK would sleep
 * on and repeat is an outcome. A project that was idle is not flooded: the number in flight grows
 * over {@link Builder#rampUp}.
 *
 * <p>The logger of the SDK's transport, {@code com.google.api.client.http.HttpTransport} of
 * java.util.logging, would write access tokens at CONFIG: a provider sets it to INFO unless it has
 * a level of its own.
 *
 * <p>Thread-safe. Stages complete on the provider's threads. It owns its connections and threads
 * until {@link #close}.
 *
 * @see <a href="https://firebase.google.com/docs/cloud-messaging/send/v1-api">Google's
 *     description</a>
 */
public final class FcmProvider implements Provider {
  private static final Set<Route> ROUTES = Set.of(Route.FCM);
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_:.~%-]{1,4096}");
  private static final Pattern CONDITION = Pattern.compile("[A-Za-z0-9_.~%'()&|! -]{1,1000}");
  private static final Duration RAMP_WAIT = Duration.ofMillis(200);
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);

  private final String name;
  private final Set<String> apps;
  private final int maxInFlight;
  private final Duration timeout;
  private final Clock clock;
  private final RampUp ramp;
  private final OkHttpClient http;
  private final Endpoint fcm;
  private final ExecutorService threads;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  private FcmProvider(Builder b, HttpUrl endpoint) {
    this.name = b.name;
    this.apps = Set.copyOf(b.apps);
    this.maxInFlight = b.maxInFlight;
    this.timeout = b.timeout;
    this.clock = b.clock;
    this.ramp = new RampUp(b.maxInFlight, b.rampUp, System::nanoTime);
    this.http = http(b);
    ServiceAccountCredentials account =
        ServiceAccount.parse(required(b.credentials), new OkHttpTransport(http));
    this.fcm = new Endpoint(http, endpoint, projectId(b, account), account, clock);
    this.threads = BlockingThreads.executor("notify-" + name, maxInFlight, BlockingThreads.VIRTUAL);
  }

  private static OkHttpClient http(Builder b) {
    OkHttpClient.Builder http = new OkHttpClient.Builder();
    if (!b.trusted.isEmpty()) {
      Trust.only(b.trusted, http);
    }
    return http.connectTimeout(b.connectTimeout)
        .readTimeout(b.timeout)
        .writeTimeout(b.timeout)
        .callTimeout(b.timeout)
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .connectionPool(new ConnectionPool(b.maxInFlight, 5, TimeUnit.MINUTES))
        .eventListener(Progress.LISTENER)
        .build();
  }

  private static String required(@Nullable String credentials) {
    if (credentials == null) {
      throw new ConfigurationException(
          "fcm: credentials are missing: the text of the service account's JSON file");
    }
    return credentials;
  }

  private static String projectId(Builder b, ServiceAccountCredentials credentials) {
    String id = b.projectId == null ? credentials.getProjectId() : b.projectId;
    if (id == null || !Pattern.matches("[a-z0-9][a-z0-9:.-]{2,62}", id)) {
      throw new ConfigurationException(
          "fcm: projectId is missing or malformed; it is in Firebase's project settings");
    }
    return id;
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

  /** Returns whether it knows the device's app; a device may name no app. */
  @Override
  public boolean serves(Target target) {
    return target.route() == Route.FCM
        && target.device().filter(device -> serves(device)).isPresent();
  }

  private boolean serves(Device device) {
    return apps.isEmpty() || device.appId().map(apps::contains).orElse(true);
  }

  /** Returns how many may be in flight now: fewer while a project that was idle ramps up. */
  @Override
  public int maxInFlight() {
    return ramp.allowed();
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public Optional<Outcome.Rejected> check(Target target, dev.notifykit.message.Message message) {
    Device device = target.device().orElse(null);
    if (device == null || !(message instanceof PushMessage push)) {
      return Optional.of(new Outcome.Rejected("not-a-push"));
    }
    if (malformed(device) != null) {
      return Optional.empty(); // the target's fault, which the send tells
    }
    return Optional.ofNullable(Draft.objection(device, push, clock.instant()))
        .map(Outcome.Rejected::new);
  }

  @Override
  public Optional<Outcome.InvalidTarget> check(Target target) {
    Device device = target.device().orElse(null);
    String malformed = device == null ? null : malformed(device);
    return Optional.ofNullable(malformed).map(Outcome.InvalidTarget::new);
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    Device device = request.target().device().orElse(null);
    if (device == null || !(request.message() instanceof PushMessage push)) {
      return now(new Outcome.Rejected("not-a-push"));
    }
    if (!serves(request.target())) {
      return now(new Outcome.Rejected("not-served"));
    }
    String malformed = malformed(device);
    if (malformed != null) {
      return now(new Outcome.InvalidTarget(malformed));
    }
    Draft.Result draft =
        Draft.of(
            request.deliveryId(),
            device,
            push,
            request.priority(),
            request.expiresAt(),
            clock.instant());
    return draft.refusal() != null
        ? now(new Outcome.Rejected(draft.refusal()))
        : start(draft.request());
  }

  private static CompletableFuture<Outcome> now(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private static @Nullable String malformed(Device device) {
    return switch (device.tokenType()) {
      case TOKEN, FID -> TOKEN.matcher(device.token()).matches() ? null : "malformed-token";
      case TOPIC -> TOKEN.matcher(device.token()).matches() ? null : "malformed-topic";
      case CONDITION -> CONDITION.matcher(device.token()).matches() ? null : "malformed-condition";
    };
  }

  private CompletableFuture<Outcome> start(byte[] message) {
    ramp.send();
    if (inFlight.incrementAndGet() > ramp.allowed()) {
      inFlight.decrementAndGet();
      return now(new Outcome.Throttled("in-flight-limit", RAMP_WAIT, Outcome.Scope.PROVIDER));
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    try {
      threads.execute(() -> complete(outcome, message));
    } catch (RejectedExecutionException e) {
      inFlight.decrementAndGet();
      return now(new Outcome.Retryable("closed"));
    } catch (OutOfMemoryError e) { // no thread can be started just now
      inFlight.decrementAndGet();
      return now(new Outcome.Retryable("no-thread"));
    }
    return outcome;
  }

  private void complete(CompletableFuture<Outcome> outcome, byte[] message) {
    try {
      Outcome result = fcm.post(message);
      inFlight.decrementAndGet();
      outcome.complete(result);
    } catch (Throwable e) { // a bug is told, not lost with its thread
      inFlight.decrementAndGet();
      outcome.completeExceptionally(e);
    }
  }

  /**
   * Ends the connections and threads. What is in flight is cut off and completes as unknown.
   * Idempotent.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      threads.shutdown();
      http.dispatcher().cancelAll();
      try {
        threads.awaitTermination(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "FcmProvider[" + name + "]";
  }

  /** Builds an {@link FcmProvider}. Not thread-safe. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofHours(24);

    private String name = "fcm";
    private @Nullable String credentials;
    private @Nullable String projectId;
    private final Set<String> apps = new LinkedHashSet<>();
    private int maxInFlight = 500;
    private Duration timeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration rampUp = Duration.ofMinutes(1);
    private String endpoint = "https://fcm.googleapis.com";
    private final List<X509Certificate> trusted = new ArrayList<>();
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** Sets the name, unique among the client's providers; default {@code fcm}. */
    public Builder name(String value) {
      this.name = Options.name("fcm: name", value);
      return this;
    }

    /** Sets the text of the service account's JSON key file. Required. */
    public Builder credentials(String json) {
      this.credentials = json;
      return this;
    }

    /** Sets the Firebase project; default the service account's. */
    public Builder projectId(@Nullable String value) {
      this.projectId = value;
      return this;
    }

    /**
     * Adds an app, such as {@code com.example.shop}, by the {@code appId} its devices are
     * registered with; default every app.
     */
    public Builder app(String appId) {
      apps.add(Options.name("fcm: app", appId));
      return this;
    }

    /**
     * Sets how many messages may be in flight at once, 1 to 10,000; default 500. More than that is
     * refused as throttled, never queued.
     */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /**
     * Sets how long a message may take, from the connection to the end of the answer, before its
     * outcome is unknown; default 30 seconds. Google asks for 10 seconds or more.
     */
    public Builder timeout(Duration value) {
      this.timeout = Options.notNull("fcm: timeout", value);
      return this;
    }

    /** Sets how long a connection may take to open; default 10 seconds. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = Options.notNull("fcm: connectTimeout", value);
      return this;
    }

    /**
     * Sets over how long the number in flight grows from a tenth to all when nothing was sent for
     * five minutes; default one minute, which Google asks for; zero for at once.
     */
    public Builder rampUp(Duration value) {
      this.rampUp = Options.notNull("fcm: rampUp", value);
      return this;
    }

    /**
     * Sets another server in place of FCM's, for a fake in a test.
     *
     * @param url https, or http on this machine
     */
    public Builder endpoint(String url) {
      this.endpoint = Options.notNull("fcm: endpoint", url);
      return this;
    }

    /**
     * Trusts these certificates in place of the Java runtime's, for a fake server in a test. Host
     * names are verified all the same.
     */
    public Builder trustedCertificates(X509Certificate... values) {
      for (X509Certificate each : Options.notNull("fcm: trustedCertificates", values)) {
        trusted.add(Options.notNull("fcm: trustedCertificates", each));
      }
      return this;
    }

    /** Sets where the time of day comes from, for expiry and Retry-After; default the system. */
    public Builder clock(Clock value) {
      this.clock = Options.notNull("fcm: clock", value);
      return this;
    }

    /**
     * Returns the provider. It connects with the first message.
     *
     * @throws ConfigurationException if an option is missing, malformed or contradicts another
     */
    public FcmProvider build() {
      if (maxInFlight < 1 || maxInFlight > 10_000) {
        throw new ConfigurationException(
            "fcm: maxInFlight is " + maxInFlight + "; it must be 1 to 10,000");
      }
      within("timeout", timeout);
      within("connectTimeout", connectTimeout);
      if (rampUp.isNegative() || rampUp.compareTo(LONGEST) > 0) {
        throw new ConfigurationException("fcm: rampUp is " + rampUp + "; pass 0 to " + LONGEST);
      }
      return new FcmProvider(this, endpoint());
    }

    private HttpUrl endpoint() {
      HttpUrl url = HttpUrl.parse(endpoint);
      if (url == null || !ServiceAccount.isSafe(url.uri())) {
        throw new ConfigurationException(
            "fcm: endpoint is no https address, or http on this machine");
      }
      return url;
    }

    private static void within(String option, Duration value) {
      if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
        throw new ConfigurationException(
            "fcm: " + option + " is " + value + "; pass 1 millisecond to " + LONGEST);
      }
    }
  }
}
