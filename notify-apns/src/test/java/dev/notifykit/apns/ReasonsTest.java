package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Outcome.InvalidTarget;
import dev.notifykit.provider.Outcome.Scope;
import dev.notifykit.provider.Outcome.Throttled;
import dev.notifykit.provider.Outcome.Unknown;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReasonsTest {
  @ParameterizedTest
  @CsvSource({
    "400, BadCollapseId, Rejected",
    "400, BadDeviceToken, InvalidTarget",
    "400, BadExpirationDate, Rejected",
    "400, BadMessageId, Rejected",
    "400, BadPriority, Rejected",
    "400, BadTopic, Misconfigured",
    "400, DeviceTokenNotForTopic, InvalidTarget",
    "400, DuplicateHeaders, Rejected",
    "400, IdleTimeout, Retryable",
    "400, InvalidPushType, Rejected",
    "400, MissingDeviceToken, Rejected",
    "400, MissingTopic, Misconfigured",
    "400, PayloadEmpty, Rejected",
    "400, TopicDisallowed, Misconfigured",
    "403, BadCertificate, Misconfigured",
    "403, BadCertificateEnvironment, Misconfigured",
    "403, BadEnvironmentKeyIdInToken, Misconfigured",
    "403, ExpiredProviderToken, Retryable",
    "403, Forbidden, Misconfigured",
    "403, InvalidProviderToken, Misconfigured",
    "403, MissingProviderToken, Misconfigured",
    "403, UnrelatedKeyIdInToken, Misconfigured",
    "404, BadPath, Rejected",
    "405, MethodNotAllowed, Rejected",
    "410, ExpiredToken, InvalidTarget",
    "410, Unregistered, InvalidTarget",
    "413, PayloadTooLarge, Rejected",
    "429, TooManyProviderTokenUpdates, Throttled",
    "429, TooManyRequests, Throttled",
    "500, InternalServerError, Retryable",
    "503, ServiceUnavailable, Retryable",
    "503, Shutdown, Retryable",
    "400, SomethingNew, Unknown",
    "599, SomethingNew, Unknown",
  })
  void everyReasonHasItsClass(int status, String reason, String outcome) {
    Outcome got = Reasons.outcome(status, reason, null);
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(reason);
  }

  @Test
  void tokenUpdatesLimitTheWholeProviderAndRequestsTheDevice() {
    assertThat(Reasons.outcome(429, "TooManyProviderTokenUpdates", null))
        .isEqualTo(new Throttled("TooManyProviderTokenUpdates", null, Scope.PROVIDER));
    assertThat(Reasons.outcome(429, "TooManyRequests", null))
        .isEqualTo(new Throttled("TooManyRequests", null, Scope.TARGET));
  }

  @Test
  void timestampOfAnUnregisteredTokenIsKept() {
    Instant since = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(Reasons.outcome(410, "Unregistered", since))
        .isEqualTo(new InvalidTarget("Unregistered", since));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "has spaces", "<html>", "quoted\"", "line\nbreak"})
  void unreadableReasonIsUnknownByItsStatus(String reason) {
    assertThat(Reasons.outcome(502, reason, null)).isEqualTo(new Unknown("http-502"));
  }
}
