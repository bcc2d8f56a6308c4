package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Outcome.InvalidTarget;
import dev.notifykit.provider.Outcome.Rejected;
import dev.notifykit.provider.Outcome.Retryable;
import dev.notifykit.provider.Outcome.Scope;
import dev.notifykit.provider.Outcome.Throttled;
import dev.notifykit.provider.Outcome.Unknown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CodesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

  private static Outcome outcome(int http, String body) {
    return Codes.outcome(new Refusal(http, body, null), CLOCK);
  }

  private static String body(String status, String details) {
    return "{\"error\":{\"message\":\"m\",\"status\":\"%s\",\"details\":[%s]}}"
        .formatted(status, details);
  }

  private static String fcmError(String code) {
    return "{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\",\"errorCode\":\""
        + code
        + "\"}";
  }

  private static String violation(String field) {
    return "{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\","
        + "\"fieldViolations\":[{\"field\":\""
        + field
        + "\"}]}";
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND, UNREGISTERED, InvalidTarget",
    "403, PERMISSION_DENIED, SENDER_ID_MISMATCH, InvalidTarget",
    "400, INVALID_ARGUMENT, INVALID_ARGUMENT, Rejected",
    "401, UNAUTHENTICATED, THIRD_PARTY_AUTH_ERROR, Misconfigured",
    "429, RESOURCE_EXHAUSTED, QUOTA_EXCEEDED, Throttled",
    "503, UNAVAILABLE, UNAVAILABLE, Retryable",
    "500, INTERNAL, INTERNAL, Retryable",
    "400, INVALID_ARGUMENT, UNSPECIFIED_ERROR, Unknown",
    "400, INVALID_ARGUMENT, SOMETHING_NEW, Unknown",
  })
  void messagingCodeDecides(int http, String status, String code, String outcome) {
    Outcome got = outcome(http, body(status, fcmError(code)));
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT, Rejected",
    "400, OUT_OF_RANGE, Rejected",
    "400, FAILED_PRECONDITION, Misconfigured",
    "401, UNAUTHENTICATED, Misconfigured",
    "403, PERMISSION_DENIED, Misconfigured",
    "404, NOT_FOUND, Misconfigured",
    "409, CONFLICT, Rejected",
    "409, ALREADY_EXISTS, Rejected",
    "409, ABORTED, Retryable",
    "429, RESOURCE_EXHAUSTED, Throttled",
    "499, CANCELLED, Unknown",
    "500, INTERNAL, Retryable",
    "500, UNKNOWN, Unknown",
    "500, DATA_LOSS, Unknown",
    "503, UNAVAILABLE, Retryable",
    "504, DEADLINE_EXCEEDED, Unknown",
    "501, SOMETHING_NEW, Unknown",
  })
  void statusDecidesWithoutAMessagingCode(int http, String status, String outcome) {
    Outcome got = outcome(http, body(status, ""));
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "400, Rejected, INVALID_ARGUMENT",
    "401, Misconfigured, UNAUTHENTICATED",
    "403, Misconfigured, PERMISSION_DENIED",
    "404, Misconfigured, NOT_FOUND",
    "409, Rejected, CONFLICT",
    "429, Throttled, RESOURCE_EXHAUSTED",
    "500, Retryable, INTERNAL",
    "502, Unknown, http-502",
    "503, Retryable, UNAVAILABLE",
    "504, Unknown, DEADLINE_EXCEEDED",
    "302, Unknown, http-302",
  })
  void httpStatusDecidesWithoutAReadableBody(int http, String outcome, String code) {
    for (String body : new String[] {"", "<html>", "[]", "{\"error\":{\"status\":\"a b\"}}"}) {
      Outcome got = outcome(http, body);
      assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
      assertThat(got.code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"message.token", "message.fid"})
  void invalidArgumentThatNamesTheTokenIsTheTarget(String field) {
    String body = body("INVALID_ARGUMENT", violation(field) + "," + fcmError("INVALID_ARGUMENT"));
    assertThat(outcome(400, body)).isEqualTo(new InvalidTarget("INVALID_ARGUMENT"));
  }

  @Test
  void invalidArgumentElsewhereIsTheRequest() {
    String body =
        body("INVALID_ARGUMENT", violation("message.data") + "," + fcmError("INVALID_ARGUMENT"));
    assertThat(outcome(400, body)).isEqualTo(new Rejected("INVALID_ARGUMENT"));
  }

  @Test
  void invalidArgumentThatSpeaksOfTheTokenIsTheTarget() {
    String body =
        "{\"error\":{\"status\":\"INVALID_ARGUMENT\",\"message\":"
            + "\"The registration token is not a valid FCM registration token\"}}";
    assertThat(outcome(400, body)).isEqualTo(new InvalidTarget("INVALID_ARGUMENT"));
  }

  @Test
  void quotaIsTheWholeProvidersAndWaitsAMinuteUnlessFcmSays() {
    String body = body("RESOURCE_EXHAUSTED", fcmError("QUOTA_EXCEEDED"));
    assertThat(outcome(429, body))
        .isEqualTo(new Throttled("QUOTA_EXCEEDED", Duration.ofMinutes(1), Scope.PROVIDER));
    assertThat(Codes.outcome(new Refusal(429, body, "7"), CLOCK))
        .isEqualTo(new Throttled("QUOTA_EXCEEDED", Duration.ofSeconds(7), Scope.PROVIDER));
  }

  @Test
  void failureWaitsTenSecondsUnlessFcmSays() {
    assertThat(outcome(503, "")).isEqualTo(new Retryable("UNAVAILABLE", Duration.ofSeconds(10)));
    assertThat(Codes.outcome(new Refusal(503, "", "Sat, 21 Nov 2026 10:00:30 GMT"), CLOCK))
        .isEqualTo(new Retryable("UNAVAILABLE", Duration.ofSeconds(30)));
  }

  @Test
  void codesThatAreNoCodesAreNotKept() {
    String body = body("NOT_FOUND", fcmError("spaces and secrets"));
    assertThat(outcome(404, body).code()).isEqualTo("NOT_FOUND");
    assertThat(outcome(599, body("sp ace", ""))).isEqualTo(new Unknown("http-599"));
  }
}
