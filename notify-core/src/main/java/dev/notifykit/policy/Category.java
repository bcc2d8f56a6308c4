package dev.notifykit.policy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Priority;
import dev.notifykit.internal.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind of notification that recipients opt in or out of as one, with the promises that hold for
 * it. Immutable.
 */
public final class Category {
  /** The category of notifications that name none. */
  public static final Category DEFAULT = of("default");

  /** Whether a recipient's choice counts. */
  public enum Consent {
    /** Sent until the recipient opts out. The default. */
    OPT_OUT,
    /** Sent only after the recipient opted in to this category. */
    OPT_IN,
    /** Sent whatever the recipient chose, quiet hours included: security codes, legal notices. */
    MANDATORY
  }

  private final String name;
  private final Consent consent;
  private final UnknownOutcome unknownOutcome;
  private final Priority priority;
  private final @Nullable Duration timeToLive;
  private final List<Fallback> fallbacks;

  private Category(Builder b) {
    this.name = Options.name("category", b.name);
    this.consent = Options.notNull("category.consent", b.consent);
    this.unknownOutcome = Options.notNull("category.unknownOutcome", b.unknownOutcome);
    this.priority = Options.notNull("category.priority", b.priority);
    this.timeToLive =
        b.timeToLive == null ? null : Options.positive("category.timeToLive", b.timeToLive);
    this.fallbacks = List.copyOf(b.fallbacks);
    if (name.indexOf('*') >= 0) {
      throw new ConfigurationException("category must not contain '*'");
    }
  }

  /** Returns a category with every default. */
  public static Category of(String name) {
    return builder(name).build();
  }

  /** Starts a category. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns whose choice counts. */
  public Consent consent() {
    return consent;
  }

  /** Returns whether opt-outs and quiet hours are ignored. */
  public boolean isMandatory() {
    return consent == Consent.MANDATORY;
  }

  /** Returns what to do when an outcome is unknown. */
  public UnknownOutcome unknownOutcome() {
    return unknownOutcome;
  }

  /** Returns the priority of notifications that set none. */
  public Priority priority() {
    return priority;
  }

  /** Returns how long a notification that sets no expiry is of use; forever when empty. */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(timeToLive);
  }

  /** Returns which channels stand in for others, for notifications that say nothing of it. */
  public List<Fallback> fallbacks() {
    return fallbacks;
  }

  @Override
  public String toString() {
    return "Category[" + name + " " + consent + " " + unknownOutcome + " " + priority + "]";
  }

  /** Builds a {@link Category}. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private Consent consent = Consent.OPT_OUT;
    private UnknownOutcome unknownOutcome = UnknownOutcome.PREFER_DUPLICATE;
    private Priority priority = Priority.NORMAL;
    private @Nullable Duration timeToLive;
    private final List<Fallback> fallbacks = new ArrayList<>();

    private Builder(String name) {
      this.name = name;
    }

    /** Sets whose choice counts; default {@link Consent#OPT_OUT}. */
    public Builder consent(Consent value) {
      this.consent = value;
      return this;
    }

    /** Ignores opt-outs and quiet hours. */
    public Builder mandatory() {
      return consent(Consent.MANDATORY);
    }

    /** Sets what follows an unknown outcome; default {@link UnknownOutcome#PREFER_DUPLICATE}. */
    public Builder unknownOutcome(UnknownOutcome value) {
      this.unknownOutcome = value;
      return this;
    }

    /** Sets the priority; default {@link Priority#NORMAL}. */
    public Builder priority(Priority value) {
      this.priority = value;
      return this;
    }

    /** Sets how long a notification is of use; default forever. */
    public Builder timeToLive(@Nullable Duration value) {
      this.timeToLive = value;
      return this;
    }

    /**
     * Adds a channel that stands in for another, to be ended with {@code after}; see {@link
     * dev.notifykit.NotificationBuilder#fallback}. Notifications that do not take the first
     * channel, or have no content or provider for the second, go without. Default none.
     */
    public Fallback.Step<Builder> fallback(Channel from, Channel to) {
      return after -> {
        fallbacks.add(new Fallback(from, to, after));
        return this;
      };
    }

    /**
     * Returns the category.
     *
     * @throws ConfigurationException if the name is blank or has a {@code *}, or the time to live
     *     is not positive
     */
    public Category build() {
      return new Category(this);
    }
  }
}
