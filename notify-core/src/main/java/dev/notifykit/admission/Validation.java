package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.Fallback;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.template.Template;
import dev.notifykit.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first stage: refuses what can be refused without looking at a profile. */
final class Validation {
  /** How far behind the store's clock a caller's may be before its "now" counts as the past. */
  static final Duration PAST_TOLERANCE = Duration.ofMinutes(1);

  /** The furthest a notification may be scheduled. */
  static final Duration MAX_AHEAD = Duration.ofDays(3_660);

  private final DeliveryPolicy policy;
  private final AdmissionSettings settings;
  private final Templates templates;
  private final DeliveryQueue queue;
  private final DeviceTokens tokens;

  Validation(
      DeliveryPolicy policy, AdmissionSettings settings, Templates templates, DeliveryQueue queue) {
    this.policy = policy;
    this.settings = settings;
    this.templates = templates;
    this.queue = queue;
    this.tokens = new DeviceTokens(settings.providers());
  }

  Validated validate(Notification notification, String tenant, Instant now) {
    notification.eventId().ifPresent(settings.eventIds()::check);
    Template template = notification.template().map(templates::get).orElse(null);
    Category category = category(notification, template);
    Instant dueAt = dueAt(notification, tenant, now);
    Set<Channel> content = content(notification, template);
    List<Fallback> fallbacks =
        FallbackRules.of(notification, category, content, settings.channels());
    Validated validated =
        new Validated(
            notification,
            notification.tenant().orElse(tenant),
            template,
            category,
            first(channels(notification, content), fallbacks),
            fallbacks,
            now,
            dueAt,
            expiresAt(notification, category, dueAt == null ? now : dueAt));
    checkGivenDevices(validated);
    return validated;
  }

  /** A token that is given here is the caller's to mend. One that is stored may just be old. */
  private void checkGivenDevices(Validated validated) {
    List<Recipient> given = validated.source().recipients();
    if (!given.isEmpty() && validated.allChannels().contains(Channel.PUSH)) {
      given.forEach(tokens::check);
    }
  }

  private Category category(Notification notification, @Nullable Template template) {
    String given = notification.category().orElse(null);
    if (given == null && template != null && template.category().isPresent()) {
      return policy.category(template.category().get(), template.key());
    }
    return policy.category(given == null ? Category.DEFAULT.name() : given);
  }

  private @Nullable Instant dueAt(Notification notification, String tenant, Instant now) {
    Instant sendAt = notification.sendAt().orElse(null);
    if (sendAt == null) {
      return null;
    }
    if (sendAt.isBefore(now.minus(PAST_TOLERANCE)) && !isRepeat(notification, tenant)) {
      throw new InvalidNotificationException(
          "sendAt", "is " + sendAt + ", which is past: the store's clock says " + now);
    }
    if (sendAt.isAfter(now.plus(MAX_AHEAD))) {
      throw new InvalidNotificationException(
          "sendAt", "is more than " + MAX_AHEAD.toDays() + " days ahead");
    }
    return sendAt.isAfter(now) ? sendAt : null;
  }

  /** A caller that repeats an event after its time is owed the first receipt, not a refusal. */
  private boolean isRepeat(Notification notification, String tenant) {
    return notification
        .eventId()
        .flatMap(id -> queue.findEvent(notification.tenant().orElse(tenant), id))
        .isPresent();
  }

  private static @Nullable Instant expiresAt(
      Notification notification, Category category, Instant start) {
    Duration ttl = notification.timeToLive().or(category::timeToLive).orElse(null);
    // Longer than the furthest schedule is as good as forever, and would overflow stores.
    return ttl == null || ttl.compareTo(MAX_AHEAD) > 0 ? null : start.plus(ttl);
  }

  /** A channel that stands in for another is not taken besides. */
  private static List<Channel> first(List<Channel> channels, List<Fallback> fallbacks) {
    if (fallbacks.isEmpty()) {
      return channels;
    }
    List<Channel> first = new ArrayList<>(channels);
    fallbacks.forEach(f -> first.remove(f.to()));
    return List.copyOf(first);
  }

  private List<Channel> channels(Notification notification, Set<Channel> content) {
    if (notification.channels().isEmpty()) {
      return implied(content);
    }
    for (Channel channel : notification.channels()) {
      if (!content.contains(channel)) {
        throw new InvalidNotificationException(
            "via", "names " + channel + ", for which there is no content; there is for " + content);
      }
      if (!settings.channels().contains(channel)) {
        throw new InvalidNotificationException(
            "via", "names " + channel + ", for which no provider is configured");
      }
    }
    return List.copyOf(notification.channels());
  }

  private static Set<Channel> content(Notification notification, @Nullable Template template) {
    Set<Channel> given = notification.contents().keySet();
    if (template == null || given.isEmpty()) {
      return template == null ? given : template.channels();
    }
    Set<Channel> content = EnumSet.copyOf(given);
    content.addAll(template.channels());
    return content;
  }

  private List<Channel> implied(Set<Channel> content) {
    List<Channel> channels = new ArrayList<>(content.size());
    for (Channel channel : content) {
      if (settings.channels().contains(channel)) {
        channels.add(channel);
      }
    }
    if (channels.isEmpty()) {
      throw new InvalidNotificationException(
          "via", "names no channel, and none that there is content for has a provider: " + content);
    }
    return channels;
  }
}
