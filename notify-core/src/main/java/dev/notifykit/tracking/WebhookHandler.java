package dev.notifykit.tracking;

import java.util.List;
import java.util.Set;

/**
 * Reads what one provider reports to the application's public address. Thread-safe.
 *
 * <p>A request is believed only if its signature is right; the signature is checked over the raw
 * body, in constant time, before anything of it is read. A handler changes nothing itself: what it
 * returns is to be applied, and only then is the request to be answered, so that a provider that
 * repeats does so until the events are stored.
 */
public abstract class WebhookHandler {
  private final Set<String> methods;
  private final int status;

  /**
   * Creates a handler.
   *
   * @param status what a request is answered with once its events are applied, 200 or 204
   * @param methods the HTTP methods the provider uses
   */
  protected WebhookHandler(int status, String... methods) {
    this.status = status;
    this.methods = Set.of(methods);
  }

  /**
   * Checks a request and reads its events.
   *
   * @param request the request
   */
  public final WebhookResult handle(WebhookRequest request) {
    if (!methods.contains(request.method())) {
      return new WebhookResult.Refused(405, "the provider does not use this method");
    }
    if (request.bodySize() > WebhookRequest.MAX_BODY) {
      return new WebhookResult.Refused(413, "the body is too large");
    }
    try {
      return isGenuine(request)
          ? new WebhookResult.Accepted(status, read(request))
          : new WebhookResult.Refused(403, "the signature is missing, stale or wrong");
    } catch (IllegalArgumentException e) {
      return new WebhookResult.Refused(400, "the request cannot be read");
    }
  }

  /**
   * Returns whether the request is the provider's.
   *
   * @param request the request
   * @throws IllegalArgumentException if it cannot be read
   */
  protected abstract boolean isGenuine(WebhookRequest request);

  /**
   * Returns what a genuine request reports; what it does not know it leaves out.
   *
   * @param request the request
   * @throws IllegalArgumentException if it cannot be read
   */
  protected abstract List<WebhookEvent> read(WebhookRequest request);
}
