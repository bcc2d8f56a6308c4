package dev.notifykit.apns;

import dev.notifykit.provider.Outcome;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What each reason that APNs gives means for a delivery.
 *
 * @see <a
 *     href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">Apple's
 *     list</a>
 */
final class Reasons {
  static final String EXPIRED_PROVIDER_TOKEN = "ExpiredProviderToken";

  /** In bulk these mean a wrong topic or environment; the client guards against mass pruning. */
  static final Set<String> INVALID_TARGET =
      Set.of("Unregistered", "ExpiredToken", "BadDeviceToken", "DeviceTokenNotForTopic");

  static final Set<String> REJECTED =
      Set.of(
          "BadCollapseId",
          "BadExpirationDate",
          "BadMessageId",
          "BadPriority",
          "DuplicateHeaders",
          "InvalidPushType",
          "MissingDeviceToken",
          "PayloadEmpty",
          "BadPath",
          "MethodNotAllowed",
          "PayloadTooLarge");

  static final Set<String> MISCONFIGURED =
      Set.of(
          "BadTopic",
          "MissingTopic",
          "TopicDisallowed",
          "BadCertificate",
          "BadCertificateEnvironment",
          "Forbidden",
          "InvalidProviderToken",
          "MissingProviderToken",
          "UnrelatedKeyIdInToken",
          "BadEnvironmentKeyIdInToken");

  static final Set<String> RETRYABLE =
      Set.of(
          EXPIRED_PROVIDER_TOKEN,
          "IdleTimeout",
          "InternalServerError",
          "ServiceUnavailable",
          "Shutdown");

  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Reasons() {}

  /**
   * Returns the outcome of a refusal.
   *
   * @param status the HTTP status
   * @param reason what the body says, or null if it says nothing readable
   * @param since since when the token is not in use any more, or null
   */
  static Outcome outcome(int status, @Nullable String reason, @Nullable Instant since) {
    if (reason == null || !CODE.matcher(reason).matches()) {
      return new Outcome.Unknown("http-" + status);
    }
    if (INVALID_TARGET.contains(reason)) {
      return new Outcome.InvalidTarget(reason, since);
    }
    if (REJECTED.contains(reason)) {
      return new Outcome.Rejected(reason);
    }
    if (MISCONFIGURED.contains(reason)) {
      return new Outcome.Misconfigured(reason);
    }
    if (RETRYABLE.contains(reason)) {
      return new Outcome.Retryable(reason);
    }
    return switch (reason) {
      case "TooManyRequests" -> new Outcome.Throttled(reason, null, Outcome.Scope.TARGET);
      case "TooManyProviderTokenUpdates" ->
          new Outcome.Throttled(reason, null, Outcome.Scope.PROVIDER);
      default -> new Outcome.Unknown(reason);
    };
  }
}
