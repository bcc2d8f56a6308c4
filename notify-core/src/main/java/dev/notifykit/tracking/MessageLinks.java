package dev.notifykit.tracking;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.Message;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.TrackingStore;
import dev.notifykit.template.Links;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client was told of links, applied to the messages of its deliveries. Thread-safe. */
public final class MessageLinks {
  private static final Logger log = LoggerFactory.getLogger(MessageLinks.class);

  private final @Nullable TrackingLinks links;
  private final @Nullable UnsubscribeLinks unsubscribe;
  private final AtomicBoolean toldOfLongLink = new AtomicBoolean();

  /**
   * Creates it.
   *
   * @param links how links are tracked, or null if they are not
   * @param unsubscribe how recipients unsubscribe, or null if not by a link of ours
   */
  public MessageLinks(@Nullable TrackingLinks links, @Nullable UnsubscribeLinks unsubscribe) {
    this.links = links;
    this.unsubscribe = unsubscribe;
  }

  /**
   * Returns the endpoint that answers tracked links.
   *
   * @param store whose clock counts
   * @param tracking where to write what was done
   * @throws ConfigurationException if links are not tracked
   */
  public Endpoint linkEndpoint(NotificationStore store, TrackingStore tracking) {
    if (links == null) {
      throw new ConfigurationException("links are not tracked; set links on the client's builder");
    }
    return new LinkEndpoint(links, tracking, store.clock());
  }

  /**
   * Returns the endpoint that answers unsubscribe links.
   *
   * @param store where to write
   * @param tracking where to write what was done
   * @throws ConfigurationException if there are none
   */
  public Endpoint unsubscribeEndpoint(NotificationStore store, TrackingStore tracking) {
    if (unsubscribe == null) {
      throw new ConfigurationException(
          "there are no unsubscribe links; set unsubscribe on the client's builder");
    }
    return new UnsubscribeEndpoint(unsubscribe, store, tracking);
  }

  /**
   * Returns the links of a delivery.
   *
   * @param delivery the delivery
   * @param isMandatory whether its category cannot be left
   */
  public Links of(QueuedDelivery delivery, boolean isMandatory) {
    boolean leaves = unsubscribe != null && !isMandatory;
    return links == null && !leaves ? Links.NONE : new Bound(delivery, leaves);
  }

  private final class Bound implements Links {
    private final QueuedDelivery delivery;
    private final boolean leaves;

    Bound(QueuedDelivery delivery, boolean leaves) {
      this.delivery = delivery;
      this.leaves = leaves;
    }

    @Override
    public String tracked(String url) {
      if (links == null || (unsubscribe != null && unsubscribe.isOurs(url.strip()))) {
        return url;
      }
      return links.tracked(delivery.notification().tenant(), delivery.id(), url);
    }

    @Override
    public Optional<String> unsubscribeUrl() {
      return leaves && unsubscribe != null
          ? Optional.of(unsubscribe.url(scope(delivery)))
          : Optional.empty();
    }
  }

  private static UnsubscribeLinks.Scope scope(QueuedDelivery d) {
    return new UnsubscribeLinks.Scope(
        d.notification().tenant(),
        d.recipientId(),
        d.notification().category(),
        d.channel(),
        d.id());
  }

  /**
   * Returns a rendered mail with tracked links and the header to unsubscribe by; any other message
   * as it is.
   *
   * @param message the message
   * @param delivery its delivery
   * @param bound the delivery's links
   * @param isTracked whether the template wants its links tracked
   */
  public Message applyTo(Message message, QueuedDelivery delivery, Links bound, boolean isTracked) {
    if (bound == Links.NONE || message.channel() != Channel.EMAIL) {
      return message;
    }
    EmailMessage mail = (EmailMessage) message;
    EmailMessage.Builder changed = mail.toBuilder();
    String own = mail.unsubscribeUrl().orElse(null);
    if (own == null) {
      bound.unsubscribeUrl().filter(this::fitsHeader).ifPresent(changed::unsubscribeUrl);
    }
    if (links != null && isTracked) {
      mail.html().ifPresent(html -> changed.html(tracked(html, delivery, bound, own)));
    }
    return changed.build();
  }

  /** Ids of some hundred characters each make a longer one, which is no reason not to send. */
  private boolean fitsHeader(String url) {
    if (url.length() <= EmailMessage.MAX_UNSUBSCRIBE_URL) {
      return true;
    }
    if (!toldOfLongLink.getAndSet(true)) {
      log.warn(
          "a link to unsubscribe has {} characters and goes into no header, which takes {}; it is"
              + " made of the base URL and the ids of tenant, recipient and category",
          url.length(),
          EmailMessage.MAX_UNSUBSCRIBE_URL);
    }
    return false;
  }

  private String tracked(
      String html, QueuedDelivery delivery, Links bound, @Nullable String unsubscribeUrl) {
    String replaced =
        HtmlLinks.replace(html, url -> url.equals(unsubscribeUrl) ? url : bound.tracked(url));
    return pixel(delivery).map(url -> HtmlLinks.withImage(replaced, url)).orElse(replaced);
  }

  private Optional<String> pixel(QueuedDelivery delivery) {
    return links == null
        ? Optional.empty()
        : links.pixel(delivery.notification().tenant(), delivery.id());
  }
}
