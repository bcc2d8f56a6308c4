package dev.notifykit.policy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit kept by token buckets in the store, exact across every node that shares it. Immutable.
 * Mandatory categories are only held to limits that name their category.
 */
public final class RateLimit {
  /** What each bucket of a limit belongs to. */
  public enum Scope {
    /** One bucket a recipient. */
    RECIPIENT,
    /** One bucket a tenant. */
    TENANT,
    /** One bucket for a provider; always defers. */
    PROVIDER
  }

  private final Scope scope;
  private final TokenBucket bucket;
  private final @Nullable Channel channel;
  private final @Nullable String category;
  private final @Nullable String provider;
  private final OnLimit onLimit;
  private final String keyPrefix;

  private RateLimit(
      Scope scope,
      TokenBucket bucket,
      @Nullable Channel channel,
      @Nullable String category,
      @Nullable String provider,
      OnLimit onLimit) {
    this.scope = scope;
    this.bucket = bucket;
    this.channel = channel;
    this.category = category;
    this.provider = provider;
    this.onLimit = onLimit;
    this.keyPrefix = keyPrefix();
  }

  /**
   * Returns a limit for each recipient, over all channels and categories until narrowed.
   *
   * @param count deliveries in a burst, and on average in each period
   * @param period 1 ms to 3,650 days
   * @throws ConfigurationException if count or period is out of range
   */
  public static RateLimit perRecipient(long count, Duration period) {
    return of(Scope.RECIPIENT, count, period, null, OnLimit.DROP);
  }

  /** Returns a limit for each tenant; see {@link #perRecipient}. */
  public static RateLimit perTenant(long count, Duration period) {
    return of(Scope.TENANT, count, period, null, OnLimit.DROP);
  }

  /**
   * Returns a limit on what one provider is asked; what exceeds it waits.
   *
   * @param provider the provider's name
   * @param count sends in a burst, and on average in each period
   * @param period 1 ms to 3,650 days
   */
  public static RateLimit perProvider(String provider, long count, Duration period) {
    return of(Scope.PROVIDER, count, period, Options.name("provider", provider), OnLimit.DEFER);
  }

  private static RateLimit of(
      Scope scope, long count, Duration period, @Nullable String provider, OnLimit onLimit) {
    Options.positive("rateLimit.period", period);
    try {
      return new RateLimit(scope, new TokenBucket(count, period), null, null, provider, onLimit);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("rate limit: " + e.getMessage(), e);
    }
  }

  /** Returns a copy that counts one channel only, each limit in buckets of its own. */
  public RateLimit channel(Channel value) {
    refuseForProvider("channel");
    return new RateLimit(
        scope, bucket, Options.notNull("channel", value), category, provider, onLimit);
  }

  /** Returns a copy that counts one category only. */
  public RateLimit category(String value) {
    refuseForProvider("category");
    return new RateLimit(
        scope, bucket, channel, Options.name("category", value), provider, onLimit);
  }

  /** Returns a copy that drops or defers; default {@link OnLimit#DROP}. */
  public RateLimit onLimit(OnLimit value) {
    refuseForProvider("onLimit");
    return new RateLimit(
        scope, bucket, channel, category, provider, Options.notNull("onLimit", value));
  }

  private void refuseForProvider(String option) {
    if (scope == Scope.PROVIDER) {
      throw new ConfigurationException("a limit per provider takes no " + option);
    }
  }

  /** Returns what each bucket belongs to. */
  public Scope scope() {
    return scope;
  }

  /** Returns the bucket's size and speed. */
  public TokenBucket bucket() {
    return bucket;
  }

  /** Returns the category it is narrowed to. */
  public Optional<String> category() {
    return Optional.ofNullable(category);
  }

  /** Returns the provider's name, for {@link Scope#PROVIDER}. */
  public Optional<String> provider() {
    return Optional.ofNullable(provider);
  }

  /** Returns what happens to a delivery that would exceed the limit. */
  public OnLimit onLimit() {
    return onLimit;
  }

  /** Returns whether a delivery counts towards this limit. */
  public boolean appliesTo(Channel deliveryChannel, Category deliveryCategory) {
    if (scope == Scope.PROVIDER || (channel != null && channel != deliveryChannel)) {
      return false;
    }
    return category == null
        ? !deliveryCategory.isMandatory()
        : category.equals(deliveryCategory.name());
  }

  /**
   * Returns the key of the bucket that a delivery draws on. Limits of other sizes, channels or
   * categories, and other tenants, never share one.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   */
  public String bucketKey(String tenant, String recipientId) {
    return switch (scope) {
      case RECIPIENT -> keyPrefix + tenant.length() + ':' + tenant + recipientId;
      case TENANT -> tenant.isEmpty() ? keyPrefix : keyPrefix + tenant;
      case PROVIDER -> keyPrefix + provider;
    };
  }

  /** Names may contain any separator, so each that another follows is preceded by its length. */
  private String keyPrefix() {
    String kind = scope.name().toLowerCase(Locale.ROOT).substring(0, 1);
    String size = bucket.capacity() + "/" + bucket.period() + "/";
    String narrowed =
        (channel == null ? "" : channel.name())
            + (category == null ? "" : "/" + category.length() + ":" + category);
    return kind + size + (narrowed.isEmpty() ? "" : narrowed + "/");
  }

  @Override
  public String toString() {
    return "RateLimit[" + scope + " " + bucket.capacity() + " in " + bucket.period() + "]";
  }
}
