package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.internal.Fingerprint;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One installation of an app that can receive pushes. A recipient may have several; each gets a
 * delivery of its own. Immutable.
 */
public final class Device {
  /** Which of a push service's environments issued the token. */
  public enum Environment {
    /** The service's live environment; the default. */
    PRODUCTION,
    /** The service's development environment (APNs sandbox). */
    SANDBOX
  }

  /** How a push service addresses the device. */
  public enum TokenType {
    /** A registration or device token; the default. */
    TOKEN,
    /** A Firebase installation id. */
    FID,
    /** The name of an FCM topic, which stands for every device subscribed to it. */
    TOPIC,
    /** A condition over FCM topics, such as {@code 'sport' in topics && 'kr' in topics}. */
    CONDITION
  }

  /** Longest token accepted, in characters. */
  public static final int MAX_TOKEN = 4096;

  private final Platform platform;
  private final String token;
  private final String id;
  private final TokenType tokenType;
  private final Environment environment;
  private final @Nullable String appId;
  private final @Nullable String appVersion;
  private final @Nullable Locale locale;
  private final @Nullable Instant registeredAt;
  private final @Nullable Instant lastSeenAt;
  private final @Nullable Instant disabledAt;

  private Device(Builder b) {
    this.platform = Checks.notNull("device.platform", b.platform);
    this.token = Checks.text("device.token", b.token, MAX_TOKEN);
    this.tokenType = Checks.notNull("device.tokenType", b.tokenType);
    this.environment = Checks.notNull("device.environment", b.environment);
    this.appId = b.appId == null ? null : Checks.name("device.appId", b.appId);
    this.appVersion = b.appVersion == null ? null : Checks.name("device.appVersion", b.appVersion);
    this.locale = b.locale;
    this.registeredAt = b.registeredAt;
    this.lastSeenAt = b.lastSeenAt;
    this.disabledAt = b.disabledAt;
    this.id = Fingerprint.of(platform.route().key(), token);
  }

  /**
   * Returns an iOS device in production.
   *
   * @param token the APNs device token
   */
  public static Device ios(String token) {
    return builder(Platform.IOS, token).build();
  }

  /**
   * Returns an Android device.
   *
   * @param token the FCM registration token
   */
  public static Device android(String token) {
    return builder(Platform.ANDROID, token).build();
  }

  /**
   * Returns a browser.
   *
   * @param token the FCM registration token of the web app
   */
  public static Device web(String token) {
    return builder(Platform.WEB, token).build();
  }

  /**
   * Returns a stand-in for all devices subscribed to an FCM topic, for a broadcast in one send.
   * Whether each device got it is not known, and the subscribers' preferences are not read.
   *
   * @param name the topic's name, without {@code /topics/}
   */
  public static Device topic(String name) {
    return builder(Platform.ANDROID, name).tokenType(TokenType.TOPIC).build();
  }

  /**
   * Returns a stand-in for all devices whose FCM topic subscriptions satisfy a condition.
   *
   * @param condition such as {@code 'sport' in topics && 'kr' in topics}; at most five topics
   */
  public static Device condition(String condition) {
    return builder(Platform.ANDROID, condition).tokenType(TokenType.CONDITION).build();
  }

  /**
   * Starts a device.
   *
   * @param platform what the device runs
   * @param token what the push service knows it by
   */
  public static Builder builder(Platform platform, String token) {
    return new Builder(platform, token);
  }

  /** Returns a builder that starts from this device. */
  public Builder toBuilder() {
    Builder b = new Builder(platform, token);
    b.tokenType = tokenType;
    b.environment = environment;
    b.appId = appId;
    b.appVersion = appVersion;
    b.locale = locale;
    b.registeredAt = registeredAt;
    b.lastSeenAt = lastSeenAt;
    b.disabledAt = disabledAt;
    return b;
  }

  /** Returns a stable identifier derived from route and token, safe to log. */
  public String id() {
    return id;
  }

  /** Returns what the device runs. */
  public Platform platform() {
    return platform;
  }

  /** Returns the token. A secret: never log it. */
  public String token() {
    return token;
  }

  /** Returns how the token addresses the device. */
  public TokenType tokenType() {
    return tokenType;
  }

  /** Returns the environment that issued the token. */
  public Environment environment() {
    return environment;
  }

  /** Returns the app it belongs to (bundle id, package name), if several share a client. */
  public Optional<String> appId() {
    return Optional.ofNullable(appId);
  }

  /** Returns the version of the app, if known. */
  public Optional<String> appVersion() {
    return Optional.ofNullable(appVersion);
  }

  /** Returns the device's own locale, if it differs from the recipient's. */
  public Optional<Locale> locale() {
    return Optional.ofNullable(locale);
  }

  /** Returns when the token was registered; the store fills it in when it was not given. */
  public Optional<Instant> registeredAt() {
    return Optional.ofNullable(registeredAt);
  }

  /** Returns when the app last reported the token. */
  public Optional<Instant> lastSeenAt() {
    return Optional.ofNullable(lastSeenAt);
  }

  /** Returns since when the push service refuses the token; registering it again revives it. */
  public Optional<Instant> disabledAt() {
    return Optional.ofNullable(disabledAt);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Device d
        && platform == d.platform
        && token.equals(d.token)
        && tokenType == d.tokenType
        && environment == d.environment
        && Objects.equals(appId, d.appId)
        && Objects.equals(appVersion, d.appVersion)
        && Objects.equals(locale, d.locale)
        && Objects.equals(registeredAt, d.registeredAt)
        && Objects.equals(lastSeenAt, d.lastSeenAt)
        && Objects.equals(disabledAt, d.disabledAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(platform, id);
  }

  /** Returns platform and id, never the token. */
  @Override
  public String toString() {
    return "Device[" + platform + " " + id + (disabledAt == null ? "]" : " disabled]");
  }

  /** Builds a {@link Device}. Not thread-safe. */
  public static final class Builder {
    private final Platform platform;
    private final String token;
    private TokenType tokenType = TokenType.TOKEN;
    private Environment environment = Environment.PRODUCTION;
    private @Nullable String appId;
    private @Nullable String appVersion;
    private @Nullable Locale locale;
    private @Nullable Instant registeredAt;
    private @Nullable Instant lastSeenAt;
    private @Nullable Instant disabledAt;

    private Builder(Platform platform, String token) {
      this.platform = platform;
      this.token = token;
    }

    /** Sets how the token addresses the device; default {@link TokenType#TOKEN}. */
    public Builder tokenType(TokenType value) {
      this.tokenType = value;
      return this;
    }

    /** Sets the environment that issued the token; default {@link Environment#PRODUCTION}. */
    public Builder environment(Environment value) {
      this.environment = value;
      return this;
    }

    /** Sets the app the token belongs to; default none. */
    public Builder appId(@Nullable String value) {
      this.appId = value;
      return this;
    }

    /** Sets the app's version; default none. */
    public Builder appVersion(@Nullable String value) {
      this.appVersion = value;
      return this;
    }

    /** Sets the device's own locale; default the recipient's. */
    public Builder locale(@Nullable Locale value) {
      this.locale = value;
      return this;
    }

    /** Sets when the token was registered; default the time it is saved. */
    public Builder registeredAt(@Nullable Instant value) {
      this.registeredAt = value;
      return this;
    }

    /** Sets when the app last reported the token; default the time it is saved. */
    public Builder lastSeenAt(@Nullable Instant value) {
      this.lastSeenAt = value;
      return this;
    }

    /** Sets since when the token is refused; default not at all. */
    public Builder disabledAt(@Nullable Instant value) {
      this.disabledAt = value;
      return this;
    }

    /**
     * Returns the device.
     *
     * @throws InvalidNotificationException if the token is blank, too long or has control
     *     characters
     */
    public Device build() {
      return new Device(this);
    }
  }
}
