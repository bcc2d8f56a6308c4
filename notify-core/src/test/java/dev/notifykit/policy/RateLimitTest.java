package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.NotificationException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateLimitTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void limitCountsWhatItIsNarrowedTo() {
    RateLimit mails = RateLimit.perRecipient(5, HOUR).channel(Channel.EMAIL);
    assertThat(mails.appliesTo(Channel.EMAIL, Category.of("news"))).isTrue();
    assertThat(mails.appliesTo(Channel.SMS, Category.of("news"))).isFalse();
    RateLimit news = RateLimit.perTenant(5, HOUR).category("news");
    assertThat(news.appliesTo(Channel.SMS, Category.of("news"))).isTrue();
    assertThat(news.appliesTo(Channel.SMS, Category.of("orders"))).isFalse();
  }

  @Test
  void mandatoryCategoryIsOnlyHeldToLimitsThatNameIt() {
    Category otp = Category.builder("otp").mandatory().build();
    assertThat(RateLimit.perRecipient(5, HOUR).appliesTo(Channel.SMS, otp)).isFalse();
    assertThat(RateLimit.perRecipient(5, HOUR).category("otp").appliesTo(Channel.SMS, otp))
        .isTrue();
  }

  @Test
  void limitOfAProviderCountsSendsAndDefers() {
    RateLimit limit = RateLimit.perProvider("twilio", 5, HOUR);
    assertThat(limit.onLimit()).isEqualTo(OnLimit.DEFER);
    assertThat(limit.provider()).contains("twilio");
    assertThat(limit.appliesTo(Channel.SMS, Category.DEFAULT)).isFalse();
    assertThatThrownBy(() -> limit.channel(Channel.SMS)).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> limit.category("a")).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> limit.onLimit(OnLimit.DROP))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void limitDropsUnlessToldToDefer() {
    RateLimit limit = RateLimit.perRecipient(5, HOUR);
    assertThat(limit.onLimit()).isEqualTo(OnLimit.DROP);
    assertThat(limit.onLimit(OnLimit.DEFER).onLimit()).isEqualTo(OnLimit.DEFER);
    assertThat(limit.onLimit()).as("the original").isEqualTo(OnLimit.DROP);
  }

  @Test
  void noTwoLimitsTenantsOrRecipientsShareABucket() {
    RateLimit base = RateLimit.perRecipient(20, HOUR);
    List<RateLimit> limits =
        List.of(
            base,
            RateLimit.perRecipient(3, HOUR),
            RateLimit.perRecipient(20, Duration.ofMinutes(1)),
            RateLimit.perTenant(20, HOUR),
            base.channel(Channel.EMAIL),
            base.channel(Channel.SMS),
            base.category("EMAIL"),
            base.category("a"),
            base.category("a/1:b"),
            base.channel(Channel.EMAIL).category("a"));
    List<String> names = List.of("", "a", "b", "a/b", "b/a", "1:a", "a1", "1", "11", "/", "a/1:b");
    Set<String> keys = new HashSet<>();
    int expected = 0;
    for (RateLimit limit : limits) {
      boolean perRecipient = limit.scope() == RateLimit.Scope.RECIPIENT;
      for (String tenant : names) {
        for (String recipient : perRecipient ? names : List.of("same")) {
          keys.add(limit.bucketKey(tenant, recipient));
          expected++;
        }
      }
    }
    assertThat(keys).hasSize(expected);
  }

  @Test
  void droppingOrDeferringDrawsOnTheSameBucket() {
    RateLimit limit = RateLimit.perRecipient(20, HOUR);
    assertThat(limit.onLimit(OnLimit.DEFER).bucketKey("t", "u"))
        .isEqualTo(limit.bucketKey("t", "u"));
  }

  @ParameterizedTest
  @CsvSource({"0, PT1H", "-1, PT1H", "1, PT0S", "1, PT-1S", "1, P4000D", "9999999, PT0.001S"})
  void impossibleLimitsAreRefused(long count, Duration period) {
    assertThatThrownBy(() -> RateLimit.perRecipient(count, period))
        .isInstanceOf(NotificationException.class);
    assertThatThrownBy(() -> RateLimit.perTenant(count, period))
        .isInstanceOf(NotificationException.class);
    assertThatThrownBy(() -> RateLimit.perProvider("p", count, period))
        .isInstanceOf(NotificationException.class);
  }
}
