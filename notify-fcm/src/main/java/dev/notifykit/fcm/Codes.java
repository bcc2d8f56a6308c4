package dev.notifykit.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What each error of FCM means for a delivery: by the messaging error code where there is one, else
 * by the status in the body, else by the HTTP status.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">Google's list</a>
 */
final class Codes {
  static final Set<String> INVALID_TARGET = Set.of("UNREGISTERED", "SENDER_ID_MISMATCH");

  static final Set<String> REJECTED =
      Set.of("INVALID_ARGUMENT", "OUT_OF_RANGE", "CONFLICT", "ALREADY_EXISTS");

  static final Set<String> MISCONFIGURED =
      Set.of(
          "THIRD_PARTY_AUTH_ERROR",
          "UNAUTHENTICATED",
          "PERMISSION_DENIED",
          "FAILED_PRECONDITION",
          "NOT_FOUND");

  static final Set<String> THROTTLED = Set.of("QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED");

  static final Set<String> RETRYABLE = Set.of("UNAVAILABLE", "INTERNAL", "ABORTED");

  /** Google: without a Retry-After, wait a minute after a 429 and ten seconds after a 5xx. */
  private static final Duration THROTTLED_WAIT = Duration.ofMinutes(1);

  private static final Duration FAILED_WAIT = Duration.ofSeconds(10);

  private static final Map<Integer, String> BY_STATUS =
      Map.of(
          400, "INVALID_ARGUMENT",
          401, "UNAUTHENTICATED",
          403, "PERMISSION_DENIED",
          404, "NOT_FOUND",
          409, "CONFLICT",
          429, "RESOURCE_EXHAUSTED",
          500, "INTERNAL",
          503, "UNAVAILABLE",
          504, "DEADLINE_EXCEEDED");

  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Codes() {}

  /** Returns the outcome of an answer other than success. */
  static Outcome outcome(Refusal refusal, Clock clock) {
    JsonNode error = error(refusal.body());
    String code = code(error, refusal.status());
    if (INVALID_TARGET.contains(code) || isToken(code, error)) {
      return new Outcome.InvalidTarget(code);
    }
    if (REJECTED.contains(code)) {
      return new Outcome.Rejected(code);
    }
    if (MISCONFIGURED.contains(code)) {
      return new Outcome.Misconfigured(code);
    }
    return passing(code, refusal.retryAfter(), clock);
  }

  private static Outcome passing(String code, @Nullable String retryAfter, Clock clock) {
    if (THROTTLED.contains(code)) {
      return new Outcome.Throttled(
          code, wait(retryAfter, THROTTLED_WAIT, clock), Outcome.Scope.PROVIDER);
    }
    return RETRYABLE.contains(code)
        ? new Outcome.Retryable(code, wait(retryAfter, FAILED_WAIT, clock))
        : new Outcome.Unknown(code);
  }

  private static @Nullable Duration wait(
      @Nullable String retryAfter, Duration unsaid, Clock clock) {
    return retryAfter == null ? unsaid : RetryAfter.parse(retryAfter, clock.instant());
  }

  private static JsonNode error(String body) {
    try {
      return JSON.readTree(body).path("error");
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  private static String code(JsonNode error, int status) {
    for (JsonNode detail : error.path("details")) {
      String code = detail.path("errorCode").asText("");
      if (CODE.matcher(code).matches()) {
        return code;
      }
    }
    String code = error.path("status").asText("");
    return CODE.matcher(code).matches() ? code : BY_STATUS.getOrDefault(status, "http-" + status);
  }

  /** An invalid argument is the token where FCM names that field, and the request elsewhere. */
  private static boolean isToken(String code, JsonNode error) {
    if (!code.equals("INVALID_ARGUMENT")) {
      return false;
    }
    for (JsonNode detail : error.path("details")) {
      for (JsonNode violation : detail.path("fieldViolations")) {
        String field = violation.path("field").asText("");
        if (field.equals("message.token") || field.equals("message.fid")) {
          return true;
        }
      }
    }
    return error.path("message").asText("").contains("not a valid FCM registration token");
  }
}
