package dev.notifykit.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.provider.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a reply of Mailchimp Transactional's {@code messages/send} means: the recipient's
 * status on success, the error's name otherwise.
 */
final class MailchimpClassifier {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MailchimpClassifier() {}

  /**
   * Returns the outcome of a request for one recipient.
   *
   * @param reply the reply
   * @param now to reckon waits from
   */
  static Outcome classify(ApiReply reply, Instant now) {
    if (reply.status() == 429) {
      return new Outcome.Throttled("429", reply.retryAfter(now), Outcome.Scope.PROVIDER);
    }
    JsonNode body = parse(reply.body());
    if (reply.status() == 200 && body != null && body.size() == 1) {
      return judge(body.path(0));
    }
    String error = body == null ? "" : body.path("name").asText("");
    return named(error, reply);
  }

  private static @Nullable JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return null; // what is no JSON decides nothing; the status does
    }
  }

  private static Outcome judge(JsonNode recipient) {
    String status = recipient.path("status").asText("");
    return switch (status) {
      case "sent", "queued", "scheduled" ->
          new Outcome.Accepted(recipient.path("_id").asText(null));
      case "invalid" -> new Outcome.InvalidTarget("invalid");
      case "rejected" -> rejected(recipient.path("reject_reason").asText(""));
      default -> new Outcome.Unknown("malformed_reply");
    };
  }

  private static Outcome rejected(String reason) {
    return switch (reason) {
      case "hard-bounce" -> new Outcome.InvalidTarget(reason);
      case "soft-bounce" -> new Outcome.Retryable(reason);
      case "spam", "unsub" -> new Outcome.OptedOut(reason);
      case "invalid-sender", "unsigned" -> new Outcome.Misconfigured(reason);
      case "test-mode-limit" -> new Outcome.Throttled(reason, null, Outcome.Scope.PROVIDER);
      case "custom", "rule" -> new Outcome.Rejected(reason);
      default -> new Outcome.Rejected("rejected");
    };
  }

  private static Outcome named(String error, ApiReply reply) {
    return switch (error) {
      case "Invalid_Key", "PaymentRequired", "Unknown_Subaccount" ->
          new Outcome.Misconfigured(error);
      case "ValidationError" -> new Outcome.Rejected(error);
      case "GeneralError" -> new Outcome.Unknown(error);
      default -> unnamed(reply);
    };
  }

  private static Outcome unnamed(ApiReply reply) {
    int status = reply.status();
    String code = Integer.toString(status);
    if (status == 401 || status == 403 || reply.isRedirectOrMissing()) {
      return new Outcome.Misconfigured(code);
    }
    if (status / 100 == 4 && status != 408) {
      return new Outcome.Rejected(code);
    }
    return new Outcome.Unknown(status == 200 ? "malformed_reply" : code);
  }
}
