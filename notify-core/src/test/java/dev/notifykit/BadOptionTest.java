package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.policy.Category;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Routing;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.store.redis.RedisStore;
import java.time.Duration;
import java.time.LocalTime;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake in the setup is no invalid notification: whoever catches those is not to hide it. */
final class BadOptionTest {
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

  private static Arguments refused(String message, ThrowingCallable setup) {
    return Arguments.of(message, setup);
  }

  private static NotificationClient.Builder client() {
    return NotificationClient.builder();
  }

  @SuppressWarnings("NullAway") // what a caller without the check may pass
  private static <T> T nothing() {
    return null;
  }
}
