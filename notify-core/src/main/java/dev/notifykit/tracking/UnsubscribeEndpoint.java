package dev.notifykit.tracking;

import dev.notifykit.StoreException;
import dev.notifykit.policy.Preference;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers unsubscribe links. The answer to a link that is not ours is the same as to one that is,
 * so that it tells nothing of recipients; only a store that does not answer shows, as 503, and the
 * request is to be repeated.
 */
final class UnsubscribeEndpoint implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(UnsubscribeEndpoint.class);
  private static final int MAX_BODY = 4 * 1024;

  private final UnsubscribeLinks links;
  private final NotificationStore store;
  private final TrackingStore tracking;

  UnsubscribeEndpoint(UnsubscribeLinks links, NotificationStore store, TrackingStore tracking) {
    this.links = links;
    this.store = store;
    this.tracking = tracking;
  }

  /** Mail programs post {@code List-Unsubscribe=One-Click}, as a form of either kind. */
  @Override
  public int maxBody() {
    return MAX_BODY;
  }

  @Override
  public HttpReply answer(WebhookRequest request) {
    return switch (request.method()) {
      case "GET" -> Replies.page(links.confirmPage());
      case "HEAD" -> Replies.withoutBody(Replies.page(links.confirmPage()));
      case "POST" -> post(request);
      default -> Replies.methodNotAllowed("GET, HEAD, POST");
    };
  }

  private HttpReply post(WebhookRequest request) {
    if (request.bodySize() > MAX_BODY) {
      return Replies.text(413, "The body is too large.");
    }
    try {
      links.read(request.url()).ifPresent(this::optOut);
      return Replies.page(links.donePage());
    } catch (StoreException e) {
      log.warn("an opt-out could not be stored; 503 was answered: {}", e.getMessage());
      return Replies.text(503, "Please try again.");
    }
  }

  private void optOut(UnsubscribeLinks.Scope s) {
    store
        .preferences()
        .put(s.tenant(), s.recipientId(), new Preference(s.channel(), s.category(), null, false));
    tracking.record(
        new TrackingEvent(
            "unsubscribe-" + s.deliveryId(),
            s.tenant(),
            s.deliveryId(),
            TrackingEvent.Kind.UNSUBSCRIBED,
            s.category(),
            store.clock().instant()));
  }
}
