package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Explanation.Stage;
import dev.notifykit.Explanation.Verdict;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.message.Message;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.Fallback;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.Content;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.PreferenceStore.Restrictions;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.template.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Plans the deliveries of one notification: which targets, then for each whether preferences, quiet
 * hours and duplicates let it through and which tokens it needs. Used once.
 *
 * <p>A delivery that stands in for others is planned with them, for the time when it goes out
 * unless they have arrived. Its quiet hours and its tokens are looked at only then.
 */
final class Planner {
  private final DeliveryPolicy policy;
  private final GivenContent givenContent;
  private final TargetKeys targetKeys;
  private final TimeOrderedUuids ids;
  private final Trace trace;
  private final Validated notification;
  private final Audience audience;
  private final Restrictions restrictions;
  private final StoredNotification stored;
  private final List<NewDelivery> deliveries = new ArrayList<>(1);
  private @Nullable Target first;
  private @Nullable Set<Target> seen; // from the second on: most notifications have one
  private @Nullable Set<Object> checkedParameters;
  private @Nullable Set<Object> checkedContent;

  /** What ties the deliveries that are planned now to others. */
  private @Nullable FallbackLink link;

  Planner(
      DeliveryPolicy policy,
      GivenContent givenContent,
      TargetKeys targetKeys,
      TimeOrderedUuids ids,
      Trace trace,
      Validated notification,
      Audience audience,
      Restrictions restrictions,
      Map<String, String> context) {
    this.policy = policy;
    this.givenContent = givenContent;
    this.targetKeys = targetKeys;
    this.ids = ids;
    this.trace = trace;
    this.notification = notification;
    this.audience = audience;
    this.restrictions = restrictions;
    this.stored = stored(ids.next(), context);
  }

  private StoredNotification stored(UUID id, Map<String, String> context) {
    Notification source = notification.source();
    return new StoredNotification(
        id,
        notification.tenant(),
        source.eventId().orElseGet(id::toString),
        ContentFingerprint.of(source),
        source.template().orElse(""),
        notification.category().name(),
        source.topic().orElse(null),
        source.priority().orElse(notification.category().priority()),
        notification.category().unknownOutcome(),
        notification.now(),
        notification.expiresAt(),
        new Content(source.data(), source.contents(), source.attachments(), context));
  }

  StoredNotification stored() {
    return stored;
  }

  /** Returns the planned deliveries, suppressed ones included. */
  List<NewDelivery> plan() {
    Collection<Recipient> recipients = audience.of(notification.source());
    for (Recipient recipient : recipients) {
      explainRecipient(recipient);
      int before = deliveries.size();
      for (Channel channel : notification.channels()) {
        planChannel(recipient, channel);
      }
      if (deliveries.size() == before) {
        notification.channels().forEach(channel -> planMissing(recipient, channel));
      }
      planFallbacks(recipient, before);
    }
    return deliveries;
  }

  private void planFallbacks(Recipient recipient, int before) {
    if (notification.fallbacks().isEmpty()) {
      return;
    }
    Map<Channel, Leg> legs = new EnumMap<>(Channel.class);
    notification.channels().forEach(c -> legs.put(c, leg(c, before, null)));
    for (Fallback fallback : notification.fallbacks()) {
      Leg leg = Objects.requireNonNull(legs.get(fallback.from()));
      int from = deliveries.size();
      FallbackLink tie = leg.tie(fallback);
      if (leg.isUnwanted()) {
        planUnneeded(recipient, fallback);
      } else {
        explainFallback(recipient, fallback, tie);
        leg.live().forEach(i -> deliveries.set(i, Leg.withStandIn(deliveries.get(i))));
        link = tie;
        planStandIns(recipient, fallback.to());
        link = null;
      }
      legs.put(fallback.to(), leg(fallback.to(), from, tie));
    }
  }

  private Leg leg(Channel channel, int from, @Nullable FallbackLink inherited) {
    Instant due = notification.dueAt();
    return Leg.of(deliveries, from, channel, inherited, due == null ? notification.now() : due);
  }

  private void planStandIns(Recipient recipient, Channel channel) {
    List<Target> targets = recipient.targets(channel);
    if (targets.isEmpty()) {
      planMissing(recipient, channel);
    }
    for (Target target : targets) {
      planTarget(recipient, target);
    }
  }

  private void planUnneeded(Recipient recipient, Fallback fallback) {
    trace.add(
        Stage.PLAN,
        recipient.id(),
        fallback.to(),
        Verdict.SUPPRESS,
        fallback.from() + ", which it stands in for, is not wanted");
    add(
        recipient,
        Target.missing(fallback.to()),
        DeliveryState.SUPPRESSED,
        SuppressionReason.NOT_NEEDED,
        null);
  }

  private void explainFallback(Recipient recipient, Fallback f, @Nullable FallbackLink tie) {
    if (trace.isRecording()) {
      trace.add(
          Stage.PLAN,
          recipient.id(),
          f.to(),
          tie == null ? Verdict.PASS : Verdict.DEFER,
          tie == null
              ? "in place of " + f.from() + ", where no address works"
              : "stands in for " + f.from() + " if that has not arrived by " + tie.at());
    }
  }

  private void explainRecipient(Recipient recipient) {
    if (trace.isRecording()) {
      boolean inline = notification.source().recipients().contains(recipient);
      String how =
          inline ? "given whole" : audience.hasProfile(recipient.id()) ? "found" : "has no profile";
      trace.add(Stage.RECIPIENT, recipient.id(), null, Verdict.PASS, how);
    }
  }

  private void planChannel(Recipient recipient, Channel channel) {
    List<Target> targets = recipient.targets(channel);
    if (targets.isEmpty() && notification.channelsAreExplicit()) {
      planMissing(recipient, channel);
    }
    for (Target target : targets) {
      planTarget(recipient, target);
    }
  }

  private void planMissing(Recipient recipient, Channel channel) {
    trace.add(Stage.PLAN, recipient.id(), channel, Verdict.SUPPRESS, "no address");
    add(
        recipient,
        Target.missing(channel),
        DeliveryState.SUPPRESSED,
        SuppressionReason.NO_ADDRESS,
        null);
  }

  private void planTarget(Recipient recipient, Target target) {
    Channel channel = target.channel();
    trace.add(Stage.PLAN, recipient.id(), channel, Verdict.PASS, "one delivery");
    checkContent(target);
    checkParameters(recipient, target);
    PreferenceSet preferences =
        restrictions.preferences().getOrDefault(recipient.id(), PreferenceSet.NONE);
    SuppressionReason reason = suppression(target, preferences);
    if (reason != null) {
      trace.add(Stage.PREFERENCES, recipient.id(), channel, Verdict.SUPPRESS, reason.name());
      add(recipient, target, DeliveryState.SUPPRESSED, reason, null);
      return;
    }
    trace.add(Stage.PREFERENCES, recipient.id(), channel, Verdict.PASS, "wanted");
    planTime(recipient, target, preferences);
  }

  private void planTime(Recipient recipient, Target target, PreferenceSet preferences) {
    if (link != null) {
      add(recipient, target, DeliveryState.SCHEDULED, null, link.at());
      return;
    }
    Instant due = notification.dueAt();
    Instant at = due == null ? notification.now() : due;
    Channel channel = target.channel();
    Instant quietUntil =
        policy
            .quietUntil(
                preferences, channel, notification.category(), recipient.zone().orElse(null), at)
            .orElse(null);
    Instant expiresAt = notification.expiresAt();
    if (quietUntil != null && expiresAt != null && !quietUntil.isBefore(expiresAt)) {
      trace.add(
          Stage.QUIET_HOURS, recipient.id(), channel, Verdict.SUPPRESS, "expires before they end");
      add(recipient, target, DeliveryState.SUPPRESSED, SuppressionReason.QUIET_HOURS, null);
      return;
    }
    Instant notBefore = quietUntil == null ? due : quietUntil;
    if (trace.isRecording()) {
      trace.add(
          Stage.QUIET_HOURS,
          recipient.id(),
          channel,
          quietUntil == null ? Verdict.PASS : Verdict.DEFER,
          quietUntil == null ? "not quiet" : "until " + quietUntil);
    }
    add(
        recipient,
        target,
        notBefore == null ? DeliveryState.READY : DeliveryState.SCHEDULED,
        null,
        notBefore);
  }

  private @Nullable SuppressionReason suppression(Target target, PreferenceSet preferences) {
    if (isRepeated(target)) {
      return SuppressionReason.DUPLICATE;
    }
    if (target.channel() == Channel.EMAIL && !EmailShape.isPlausible(target.address())) {
      return SuppressionReason.INVALID_TARGET;
    }
    return policy
        .suppression(
            preferences,
            isSuppressed(target),
            target.channel(),
            notification.category(),
            notification.source().topic().orElse(null))
        .orElse(null);
  }

  private boolean isSuppressed(Target target) {
    Set<String> suppressed = restrictions.suppressed();
    return !suppressed.isEmpty() && targetKeys.all(target).stream().anyMatch(suppressed::contains);
  }

  private boolean isRepeated(Target target) {
    if (first == null) {
      first = target;
      return false;
    }
    if (seen == null) {
      seen = new HashSet<>();
      seen.add(first);
    }
    return !seen.add(target);
  }

  /** Checks once for each channel and kind of device: the limits are theirs. */
  private void checkContent(Target target) {
    Message given = notification.source().contents().get(target.channel());
    if (given == null) {
      return;
    }
    if (checkedContent == null) {
      checkedContent = new HashSet<>(4);
    }
    Object kind = target.device().<Object>map(Device::platform).orElse(target.channel());
    if (checkedContent.add(kind)) {
      givenContent.check(target, given);
    }
  }

  /** Checks once for each channel and language, however many recipients share them. */
  private void checkParameters(Recipient recipient, Target target) {
    Template template = notification.template();
    Channel channel = target.channel();
    if (template == null || notification.source().contents().containsKey(channel)) {
      return;
    }
    Locale locale = locale(recipient, target);
    if (manyRecipients()) {
      if (checkedParameters == null) {
        checkedParameters = new HashSet<>();
      }
      if (!checkedParameters.add(List.of(channel, String.valueOf(locale)))) {
        return;
      }
    }
    template.checkParameters(channel, locale, notification.source().data());
  }

  private boolean manyRecipients() {
    Notification source = notification.source();
    return source.recipientIds().size() + source.recipients().size() > 1;
  }

  private static @Nullable Locale locale(Recipient recipient, Target target) {
    return target.device().flatMap(Device::locale).or(recipient::locale).orElse(null);
  }

  private void add(
      Recipient recipient,
      Target target,
      DeliveryState state,
      @Nullable SuppressionReason reason,
      @Nullable Instant notBefore) {
    QueuedDelivery delivery =
        new QueuedDelivery(
            deliveries.isEmpty() ? stored.id() : ids.next(),
            stored,
            recipient.id(),
            recipient.name().orElse(null),
            targetKeys.known(target),
            locale(recipient, target),
            recipient.zone().orElse(null),
            state == DeliveryState.SUPPRESSED ? null : link);
    List<BucketCharge> charges =
        state == DeliveryState.SUPPRESSED || delivery.isStandIn()
            ? List.of()
            : charges(recipient, target.channel());
    deliveries.add(new NewDelivery(delivery, state, reason, notBefore, charges));
  }

  private List<BucketCharge> charges(Recipient recipient, Channel channel) {
    List<BucketCharge> charges =
        BucketCharge.of(
            policy.limits(),
            notification.tenant(),
            recipient.id(),
            channel,
            notification.category());
    Instant expiresAt = notification.expiresAt();
    if (expiresAt == null || charges.isEmpty()) {
      return charges;
    }
    Duration useful = Duration.between(notification.now(), expiresAt);
    return charges.stream().map(charge -> charge.waitingLessThan(useful)).toList();
  }
}
