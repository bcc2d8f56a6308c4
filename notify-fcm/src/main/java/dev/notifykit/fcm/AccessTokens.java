package dev.notifykit.fcm;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.oauth2.AccessToken;
import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What goes wrong before a message is sent: no access token could be had. */
final class AccessTokens {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Duration FRESH = Duration.ofMinutes(1);

  private AccessTokens() {}

  /** Returns the outcome when no access token could be fetched; no message was sent. */
  static Outcome failed(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof HttpResponseException e) {
        return e.getStatusCode() / 100 == 4 && e.getStatusCode() != 429
            ? new Outcome.Misconfigured("access-token-refused")
            : new Outcome.Retryable("access-token-unavailable");
      }
    }
    return new Outcome.Retryable("access-token-unavailable");
  }

  /** Returns whether a token was not fetched just now; those live for an hour. */
  static boolean isOld(AccessToken token, Instant now) {
    return token.getExpirationTime() == null
        || token.getExpirationTime().toInstant().isBefore(now.plus(LIFETIME).minus(FRESH));
  }
}
