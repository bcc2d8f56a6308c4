package dev.notifykit.admission;

import dev.notifykit.Explanation;
import dev.notifykit.Explanation.Stage;
import dev.notifykit.Explanation.Verdict;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.TemplateException;
import dev.notifykit.internal.Checks;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.PreferenceStore.Restrictions;
import dev.notifykit.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns notifications into planned deliveries. Thread-safe.
 *
 * <p>The stages, in order: validation; recipients and their addresses; one planned delivery for
 * each address; preferences; quiet hours. The last two, dedupe and rate limits, are only described
 * here ({@link NewNotification#dedupeWindow}, {@link NewDelivery#charges}): the store decides them
 * in the same atomic step that appends. Dedupe comes first there, so that a repeat costs no token.
 */
public final class Admission {
  private final DeliveryPolicy policy;
  private final AdmissionSettings settings;
  private final NotificationStore store;
  private final Validation validation;
  private final GivenContent givenContent;
  private final TimeOrderedUuids ids;

  /**
   * Creates an admission.
   *
   * @param policy the client's policies
   * @param settings the client's settings
   * @param store where profiles and preferences are read
   * @param templates where templates are found
   */
  public Admission(
      DeliveryPolicy policy,
      AdmissionSettings settings,
      NotificationStore store,
      Templates templates) {
    this.policy = policy;
    this.settings = settings;
    this.store = store;
    this.validation = new Validation(policy, settings, templates, store.queue());
    this.givenContent = new GivenContent(settings.providers());
    this.ids = new TimeOrderedUuids(store.clock());
  }

  /**
   * Looks at a batch and at who its recipients are, or refuses all of it.
   *
   * @param batch the notifications
   * @param tenant the tenant of those that name none
   * @return what is to be planned
   */
  public Draft draft(List<Notification> batch, String tenant) {
    Instant now = store.clock().instant();
    List<Validated> validated =
        each(batch, n -> validation.validate(Checks.notNull("notification", n), tenant, now));
    return draft(validated, Map.copyOf(settings.context().get()));
  }

  /** Does something with each; what is refused of several says which of them it is. */
  private static <S, T> List<T> each(List<S> batch, Function<S, T> step) {
    List<T> done = new ArrayList<>(batch.size());
    try {
      for (S notification : batch) {
        done.add(step.apply(notification));
      }
      return done;
    } catch (InvalidNotificationException e) {
      throw batch.size() == 1 ? e : new InvalidNotificationException(e, done.size());
    } catch (TemplateException e) {
      throw batch.size() == 1 ? e : new TemplateException(e, done.size());
    }
  }

  /**
   * Tells the decisions a send and the store would take, and changes nothing.
   *
   * @param notification the notification
   * @param tenant the tenant if it names none
   */
  public Explanation explain(Notification notification, String tenant) {
    Trace trace = Trace.recording();
    try {
      Validated validated = validation.validate(notification, tenant, store.clock().instant());
      trace.add(Stage.VALIDATION, null, null, Verdict.PASS, "well formed");
      Draft draft = draft(List.of(validated), Map.of());
      NewNotification planned = draft.plan(trace).get(0);
      explainDedupe(planned, trace);
      planned.deliveries().forEach(delivery -> explainLimits(delivery, trace));
    } catch (InvalidNotificationException | TemplateException e) {
      trace.add(Stage.VALIDATION, null, null, Verdict.REFUSE, String.valueOf(e.getMessage()));
    }
    return new Explanation(trace.decisions());
  }

  private Draft draft(List<Validated> batch, Map<String, String> context) {
    if (batch.size() == 1) {
      return new Draft(batch, List.of(group(batch)), context);
    }
    Map<String, List<Validated>> byTenant = new LinkedHashMap<>();
    for (Validated notification : batch) {
      byTenant.computeIfAbsent(notification.tenant(), t -> new ArrayList<>()).add(notification);
    }
    return new Draft(batch, byTenant.values().stream().map(this::group).toList(), context);
  }

  private Group group(List<Validated> batch) {
    String tenant = batch.get(0).tenant();
    Audience audience = Audience.load(store.recipients(), tenant, batch);
    return new Group(tenant, audience, new CandidateKeys(settings.targetKeys(), batch, audience));
  }

  /** A tenant's recipients, and the keys of the addresses that they may get something at. */
  private record Group(String tenant, Audience audience, List<String> targetKeys) {}

  /** A tenant's recipients and what restricts these. */
  private record Known(Audience audience, Restrictions restrictions) {}

  /**
   * Valid notifications and their recipients: what remains to be known is what restricts these. Not
   * thread-safe.
   */
  public final class Draft {
    private final List<Validated> batch;
    private final List<Group> groups;
    private final Map<String, String> context;

    private Draft(List<Validated> batch, List<Group> groups, Map<String, String> context) {
      this.batch = batch;
      this.groups = groups;
      this.context = context;
    }

    /** Returns whether it is one notification to one recipient. */
    public boolean isLone() {
      return batch.size() == 1 && groups.get(0).audience.ids().size() == 1;
    }

    /** Returns the keys of the addresses that a lone notification may use. */
    public List<String> targetKeys() {
      return groups.get(0).targetKeys;
    }

    /** Reads what restricts the recipients, and plans. */
    public List<NewNotification> plan() {
      return plan(Trace.OFF);
    }

    /**
     * Plans a lone notification.
     *
     * @param known what restricts its recipient
     */
    public NewNotification plan(Restrictions known) {
      return plan(batch.get(0), new Known(groups.get(0).audience, known), Trace.OFF);
    }

    private List<NewNotification> plan(Trace trace) {
      if (groups.size() == 1) { // mostly, and this runs for every send
        Known only = read(groups.get(0));
        return each(batch, notification -> plan(notification, only, trace));
      }
      Map<String, Known> byTenant = new HashMap<>();
      groups.forEach(group -> byTenant.put(group.tenant, read(group)));
      return each(
          batch,
          notification ->
              plan(
                  notification,
                  Objects.requireNonNull(byTenant.get(notification.tenant())),
                  trace));
    }

    private Known read(Group group) {
      return new Known(
          group.audience,
          store.preferences().restrictions(group.tenant, group.audience.ids(), group.targetKeys));
    }

    private NewNotification plan(Validated notification, Known known, Trace trace) {
      Planner planner =
          new Planner(
              policy,
              givenContent,
              settings.targetKeys(),
              ids,
              trace,
              notification,
              known.audience,
              known.restrictions,
              context);
      List<NewDelivery> deliveries = planner.plan();
      // An id made here cannot repeat, so remembering it would only cost.
      boolean isGiven = notification.source().eventId().isPresent();
      return new NewNotification(
          planner.stored(), isGiven ? settings.dedupeWindow() : null, deliveries);
    }
  }

  private void explainDedupe(NewNotification planned, Trace trace) {
    String eventId = planned.notification().eventId();
    KnownEvent known =
        planned.dedupeWindow() == null
            ? null
            : store.queue().findEvent(planned.notification().tenant(), eventId).orElse(null);
    if (known == null) {
      trace.add(Stage.DEDUPE, null, null, Verdict.PASS, "a new event");
    } else if (known.fingerprint() == planned.notification().fingerprint()) {
      trace.add(
          Stage.DEDUPE, null, null, Verdict.REFUSE, "sent before as " + known.notificationId());
    } else {
      trace.add(Stage.DEDUPE, null, null, Verdict.REFUSE, "event id was used for other content");
    }
  }

  private void explainLimits(NewDelivery delivery, Trace trace) {
    String recipientId = delivery.delivery().recipientId();
    for (BucketCharge charge : delivery.charges()) {
      Duration wait = store.rateLimits().waitFor(charge);
      Verdict verdict =
          wait.isZero() ? Verdict.PASS : charge.refuses(wait) ? Verdict.SUPPRESS : Verdict.DEFER;
      trace.add(
          Stage.RATE_LIMIT,
          recipientId,
          delivery.delivery().channel(),
          verdict,
          wait.isZero() ? "a token is left" : "next token in " + wait);
      if (verdict == Verdict.SUPPRESS) {
        return; // dropped once; the store asks no further limit either
      }
    }
  }
}
