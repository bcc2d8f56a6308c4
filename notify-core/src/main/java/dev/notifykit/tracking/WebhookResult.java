package dev.notifykit.tracking;

import java.util.List;

/** What to make of a provider's request, and the HTTP status to answer it with. */
public sealed interface WebhookResult {
  /** Returns the HTTP status; the answer has no body. */
  int status();

  /**
   * The request is the provider's.
   *
   * @param status 200 or 204, as the provider likes it; answer it once the events are applied
   * @param events what it reports, in its order; may be empty
   */
  record Accepted(int status, List<WebhookEvent> events) implements WebhookResult {
    /** Copies the events. */
    public Accepted {
      events = List.copyOf(events);
    }
  }

  /**
   * The request is not to be believed or not to be read. It changes nothing.
   *
   * @param status 400, 403, 405 or 413
   * @param reason why, for the operator; shows nothing of the request
   */
  record Refused(int status, String reason) implements WebhookResult {}
}
