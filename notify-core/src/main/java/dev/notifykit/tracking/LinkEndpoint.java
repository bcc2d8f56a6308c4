package dev.notifykit.tracking;

import dev.notifykit.StoreException;
import dev.notifykit.internal.Fingerprint;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers followed links with a redirect and opened mails with an image, having recorded either.
 *
 * <p>{@code HEAD} and what a browser fetches ahead of its reader ({@code Sec-Purpose}, {@code
 * Purpose} or {@code X-Moz} with {@code prefetch}) are answered alike and recorded not. One reader
 * of one link counts once a minute: who asks for an address in a loop fills no store. A store that
 * does not answer keeps nobody from where the link leads; the event is then lost, with a warning.
 */
final class LinkEndpoint implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(LinkEndpoint.class);

  private final TrackingLinks links;
  private final TrackingStore tracking;
  private final InstantSource clock;

  LinkEndpoint(TrackingLinks links, TrackingStore tracking, InstantSource clock) {
    this.links = links;
    this.tracking = tracking;
    this.clock = clock;
  }

  @Override
  public int maxBody() {
    return 0;
  }

  @Override
  public HttpReply answer(WebhookRequest request) {
    boolean isHead = request.method().equals("HEAD");
    if (!isHead && !request.method().equals("GET")) {
      return Replies.methodNotAllowed("GET, HEAD");
    }
    Optional<TrackingLinks.Link> found = links.read(request.url());
    if (found.isEmpty()) {
      return Replies.text(400, "This link is not valid.");
    }
    TrackingLinks.Link link = found.get();
    if (!isHead && !isPrefetch(request)) {
      record(link);
    }
    String destination = link.destination();
    HttpReply reply = destination == null ? Replies.pixel() : Replies.redirect(destination);
    return isHead ? Replies.withoutBody(reply) : reply;
  }

  private static boolean isPrefetch(WebhookRequest request) {
    return Stream.of("Sec-Purpose", "Purpose", "X-Moz")
        .anyMatch(
            name ->
                request
                    .header(name)
                    .filter(v -> v.toLowerCase(Locale.ROOT).contains("prefetch"))
                    .isPresent());
  }

  private void record(TrackingLinks.Link link) {
    try {
      tracking.record(event(link, clock.instant()));
    } catch (StoreException e) {
      log.warn("a followed link of delivery {} could not be recorded", link.deliveryId());
    }
  }

  private static TrackingEvent event(TrackingLinks.Link link, Instant now) {
    String destination = link.destination();
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    String what = destination == null ? "open" : "click-" + Fingerprint.of("link", destination);
    return new TrackingEvent(
        what + "-" + link.deliveryId() + "-" + minute.getEpochSecond(),
        link.tenant(),
        link.deliveryId(),
        destination == null ? TrackingEvent.Kind.OPENED : TrackingEvent.Kind.CLICKED,
        destination,
        now);
  }
}
