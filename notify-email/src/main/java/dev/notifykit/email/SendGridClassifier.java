package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides what a reply of SendGrid's {@code /v3/mail/send} means. */
final class SendGridClassifier {
  private SendGridClassifier() {}

  /**
   * Returns the outcome.
   *
   * @param reply the reply
   * @param sandbox whether the request asked to be checked only, to which 200 is the answer
   * @param now to reckon waits from
   */
  static Outcome classify(ApiReply reply, boolean sandbox, Instant now) {
    int status = reply.status();
    String code = Integer.toString(status);
    if (status == 202 || (status == 200 && sandbox)) {
      return new Outcome.Accepted(reply.headers().get("X-Message-Id"));
    }
    if (status == 429) {
      return new Outcome.Throttled(code, waitFor(reply, now), Outcome.Scope.PROVIDER);
    }
    if (status == 401 || status == 403 || reply.isRedirectOrMissing()) {
      return new Outcome.Misconfigured(code);
    }
    // 408 and 5xx may come from a proxy in front of a service that took the request.
    return status / 100 == 4 && status != 408
        ? new Outcome.Rejected(code)
        : new Outcome.Unknown(code);
  }

  private static @Nullable Duration waitFor(ApiReply reply, Instant now) {
    Duration retryAfter = reply.retryAfter(now);
    return retryAfter != null ? retryAfter : reply.untilEpochSecond("X-RateLimit-Reset", now);
  }
}
