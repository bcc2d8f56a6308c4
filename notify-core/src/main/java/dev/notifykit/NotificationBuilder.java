package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.internal.SmallMap;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Fallback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a notification, shared by {@link Notification#builder} and the fluent {@link
 * NotificationClient#notification}. Not thread-safe.
 *
 * @param <B> the concrete builder
 */
public abstract sealed class NotificationBuilder<B extends NotificationBuilder<B>>
    permits Notification.Builder, NotificationClient.Draft {
  final @Nullable String template;
  @Nullable String eventId;
  @Nullable String tenant;

  // What most notifications have none of is made only when it is needed: this runs for every send.
  List<String> recipientIds = List.of();
  List<Recipient> recipients = List.of();
  SmallMap.@Nullable Builder<Object> data;
  Set<Channel> channels = Set.of();
  List<Fallback> fallbacks = List.of();
  Map<Channel, Message> contents = Map.of();
  List<Attachment> attachments = List.of();
  @Nullable Instant sendAt;
  @Nullable Duration timeToLive;
  @Nullable String category;
  @Nullable String topic;
  @Nullable Priority priority;

  NotificationBuilder(@Nullable String template) {
    this.template = template;
  }

  abstract B self();

  private static <T> List<T> added(List<T> list, T element) {
    List<T> longer = list.isEmpty() ? new ArrayList<>(1) : list;
    longer.add(element);
    return longer;
  }

  /**
   * Sets the idempotency key: the same id again, inside the client's dedupe window, sends nothing
   * and returns the first receipt. Default: a random one.
   */
  public B eventId(String value) {
    this.eventId = Checks.name("eventId", value);
    return self();
  }

  /** Sets the tenant; default the client's. */
  public B tenant(String value) {
    this.tenant = Checks.name("tenant", value);
    return self();
  }

  /** Adds recipients that have a profile, by id. */
  public B to(String... ids) {
    for (String id : Checks.notNull("to", ids)) {
      recipientIds = added(recipientIds, Checks.name("to", id));
    }
    return self();
  }

  /** Adds recipients that have a profile, by id. */
  public B to(Collection<String> ids) {
    return to(Checks.notNull("to", ids).toArray(String[]::new));
  }

  /**
   * Adds a recipient without looking its profile up; preferences under its id still count. If the
   * notification goes by push, a token of its devices that no provider could send to has the send
   * refused, as {@link Recipients#save} would refuse it.
   */
  public B to(Recipient recipient) {
    recipients = added(recipients, Checks.notNull("to", recipient));
    return self();
  }

  /**
   * Gives the template a value, in place of an earlier one of that name: a string, number, boolean,
   * or a collection or map of such. An enum, a date or time, a UUID, URI, locale or currency
   * becomes its string; so does a {@code BigDecimal} or {@code BigInteger}, with every digit. A
   * map's entries without a value are left out. Null is refused, and so is every other type.
   */
  public B with(String name, Object value) {
    String checked = Checks.name("with.name", name);
    Object frozen = TemplateData.freeze(checked, value);
    if (data == null) {
      data = new SmallMap.Builder<>();
    }
    data.put(checked, frozen);
    return self();
  }

  /** Gives the template several values; see {@link #with(String, Object)}. */
  public B with(Map<String, ?> values) {
    Checks.notNull("with", values).forEach(this::with);
    return self();
  }

  /**
   * Restricts the notification to these channels, at least one. Default: every channel that there
   * is content and a provider for.
   */
  public B via(Channel... values) {
    if (Checks.notNull("via", values).length == 0) {
      throw new InvalidNotificationException("via", "names no channel");
    }
    for (Channel channel : values) {
      Checks.notNull("via", channel);
      channels = channels.isEmpty() ? EnumSet.noneOf(Channel.class) : channels;
      channels.add(channel);
    }
    return self();
  }

  /**
   * Adds a channel that stands in for another, to be ended with {@code after}: {@code
   * fallback(Channel.PUSH, Channel.SMS).after(Duration.ofMinutes(10))}. It takes over at once when
   * the recipient has no working address on the first channel or all deliveries there are dead or
   * undeliverable, and after the wait when none of them is known to have arrived or been read. The
   * channel {@code to} is then not used otherwise. Fallbacks chain. Default: the category's.
   */
  public Fallback.Step<B> fallback(Channel from, Channel to) {
    return after -> {
      fallbacks = added(fallbacks, new Fallback(from, to, after));
      return self();
    };
  }

  /** Gives ready content for the message's channel, in place of a template's or earlier content. */
  public B content(Message message) {
    Checks.notNull("content", message);
    contents = contents.isEmpty() ? new EnumMap<>(Channel.class) : contents;
    contents.put(message.channel(), message);
    return self();
  }

  /** Attaches a file to the mail the template makes; ready mails bring their own. */
  public B attach(Attachment attachment) {
    attachments = added(attachments, Checks.notNull("attachment", attachment));
    return self();
  }

  /** Sends not before this instant, by the store's clock; default at once. */
  public B sendAt(Instant value) {
    this.sendAt = Checks.notNull("sendAt", value);
    return self();
  }

  /** Sets how long after its time the notification is of use; default the category's. */
  public B timeToLive(Duration value) {
    this.timeToLive = Checks.positive("timeToLive", value);
    return self();
  }

  /** Sets the category; default the template's, else {@code default}. */
  public B category(String value) {
    this.category = Checks.name("category", value);
    return self();
  }

  /** Sets the topic, which recipients can mute on its own ("this friend's posts"); default none. */
  public B topic(String value) {
    this.topic = Checks.name("topic", value);
    return self();
  }

  /** Sets the priority; default the category's. */
  public B priority(Priority value) {
    this.priority = Checks.notNull("priority", value);
    return self();
  }

  /**
   * Returns the notification.
   *
   * @throws InvalidNotificationException if there is no recipient, or neither template nor content,
   *     or an attachment and no mail that a template makes, or the values have more than 262,144
   *     characters, or the attachments more than {@link Notification#MAX_ATTACHMENT_BYTES}
   */
  public Notification build() {
    return new Notification(this);
  }
}
