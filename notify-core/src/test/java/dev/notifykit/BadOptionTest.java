package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.policy.Category;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.Routing;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.store.redis.RedisStore;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake in the setup is no invalid notification: whoever catches those is not to hide it. */
final class BadOptionTest {
  private static final QuietHours NIGHT = QuietHours.between(LocalTime.of(22, 0), LocalTime.NOON);

  static Stream<Arguments> refused() {
    Duration none = Duration.ZERO;
    return Stream.of(
        refused("dedupe is PT0S; it must be positive", () -> client().dedupe(none)),
        refused("pollInterval is PT0S", () -> client().pollInterval(none)),
        refused("drainTimeout is PT-1S", () -> client().drainTimeout(Duration.ofSeconds(-1))),
        refused("reconcileWithin is PT0S", () -> client().reconcileWithin(none)),
        refused("store is null", () -> client().store(nothing())),
        refused("provider is null", () -> client().provider(nothing())),
        refused("rateLimit.period is PT0S", () -> RateLimit.perRecipient(1, none)),
        refused("rate limit: capacity is 0", () -> RateLimit.perRecipient(0, Duration.ofHours(1))),
        refused("provider is blank", () -> RateLimit.perProvider(" ", 1, Duration.ofMinutes(1))),
        refused("retry.base is PT0S", () -> RetryPolicy.exponential(none)),
        refused("category is blank", () -> Category.of(" ")),
        refused("category.timeToLive", () -> Category.builder("a").timeToLive(none).build()),
        refused("quietHours.from is null", () -> QuietHours.between(nothing(), LocalTime.NOON)),
        refused("quietHours.channel is null", () -> client().quietHours(NIGHT, Channel.SMS, null)),
        refused("quietHours.channels is null", () -> client().quietHours(NIGHT, channels())),
        refused("hashKey is null", () -> client().hashKey(new byte[32], earlier())),
        refused("quietHours.to is null", () -> QuietHours.between(LocalTime.NOON, nothing())),
        refused("routing is null", () -> Routing.ordered(nothing())),
        refused("blockWhenFull is PT0S", () -> InMemoryStore.builder().blockWhenFull(none)),
        refused("retention is PT0S", () -> InMemoryStore.builder().retention(none, 1)),
        refused("uri is null", () -> RedisStore.builder(nothing())),
        refused("timeout is PT0S", () -> RedisStore.builder("redis://a").timeout(none)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void optionThatIsRefusedIsNamed(String message, ThrowingCallable setup) {
    assertThatThrownBy(setup)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  /** A provider that says something of itself which would leave its messages where they are. */
  private static final class Odd implements Provider {
    private @Nullable String name = "odd";
    private @Nullable Channel channel = Channel.SMS;
    private @Nullable Duration timeout = Duration.ofSeconds(1);
    private @Nullable Set<Route> routes = Set.of(Route.SMS);
    private int maxInFlight = 1;

    static Odd with(Consumer<Odd> change) {
      Odd odd = new Odd();
      change.accept(odd);
      return odd;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Channel channel() {
      return channel;
    }

    @Override
    public Duration timeout() {
      return timeout;
    }

    @Override
    public Set<Route> routes() {
      return routes;
    }

    @Override
    public int maxInFlight() {
      return maxInFlight;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      throw new AssertionError("nothing is sent");
    }

    @Override
    public void close() {}
  }

  static Stream<Arguments> refusedProviders() {
    return Stream.of(
        Arguments.of("provider.name is null", Odd.with(p -> p.name = null)),
        Arguments.of("provider.name is blank", Odd.with(p -> p.name = " ")),
        Arguments.of("odd: channel is null", Odd.with(p -> p.channel = null)),
        Arguments.of("odd: timeout is null", Odd.with(p -> p.timeout = null)),
        Arguments.of("odd: timeout is PT0S", Odd.with(p -> p.timeout = Duration.ZERO)),
        Arguments.of("odd: maxInFlight is 0", Odd.with(p -> p.maxInFlight = 0)),
        Arguments.of("odd: routes is null", Odd.with(p -> p.routes = null)),
        Arguments.of("odd: routes are []", Odd.with(p -> p.routes = Set.of())),
        Arguments.of("odd: routes are [FCM]", Odd.with(p -> p.routes = Set.of(Route.FCM))));
  }

  @ParameterizedTest
  @MethodSource("refusedProviders")
  void providerThatCouldTakeNothingIsRefused(String message, Provider provider) {
    assertThatThrownBy(() -> client().provider(provider).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  private static Arguments refused(String message, ThrowingCallable setup) {
    return Arguments.of(message, setup);
  }

  private static NotificationClient.Builder client() {
    return NotificationClient.builder();
  }

  private static Channel[] channels() {
    return nothing();
  }

  private static byte[][] earlier() {
    return nothing();
  }

  @SuppressWarnings("NullAway") // what a caller without the check may pass
  private static <T> T nothing() {
    return null;
  }
}
