package dev.notifykit.engine;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Notification;
import dev.notifykit.admission.Admission;
import dev.notifykit.admission.Admission.Draft;
import dev.notifykit.dispatch.Dispatcher;
import dev.notifykit.dispatch.Events;
import dev.notifykit.engine.Engine.Submitted;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.PreferenceStore.Restrictions;
import dev.notifykit.store.UnrestrictedAppend;
import dev.notifykit.store.UnrestrictedAppend.Refused;
import dev.notifykit.store.UnrestrictedAppend.Result;
import dev.notifykit.store.UnrestrictedAppend.Stored;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Admits what an application sends, has it stored, and takes over what the store hands off. With a
 * transaction of the caller's it takes effect only when that commits. Thread-safe.
 */
final class Outbox {
  private final Admission admission;
  private final NotificationStore store;
  private final Dispatcher dispatcher;
  private final Events events;
  private final OwnThreads ownThreads;
  private final @Nullable UnrestrictedAppend unrestricted;

  Outbox(
      Admission admission,
      NotificationStore store,
      Dispatcher dispatcher,
      Events events,
      OwnThreads ownThreads) {
    this.admission = admission;
    this.store = store;
    this.dispatcher = dispatcher;
    this.events = events;
    this.ownThreads = ownThreads;
    this.unrestricted = store.queue().unrestricted().orElse(null);
  }

  /** See {@link Engine#submit}. */
  List<Submitted> submit(
      List<Notification> batch, String tenant, @Nullable Connection transaction) {
    Draft draft = admission.draft(batch, tenant);
    return transaction == null && unrestricted != null && draft.isLone()
        ? submitUnread(draft, unrestricted)
        : submit(draft.plan(), transaction);
  }

  private List<Submitted> submit(List<NewNotification> planned, @Nullable Connection transaction) {
    Result result =
        append(
            planned,
            transaction,
            handoff -> new Stored(store.queue().append(planned, handoff, transaction)));
    return submitted(planned, (Stored) result);
  }

  /** Mostly nothing is found that restricts a send, so the store looks while it appends. */
  private List<Submitted> submitUnread(Draft draft, UnrestrictedAppend queue) {
    NewNotification hoped = draft.plan(Restrictions.NONE);
    List<NewNotification> planned = List.of(hoped);
    Result result =
        append(planned, null, handoff -> queue.append(hoped, draft.targetKeys(), handoff));
    return result instanceof Refused refused
        ? submit(List.of(draft.plan(refused.found())), null)
        : submitted(planned, (Stored) result);
  }

  private Result append(
      List<NewNotification> planned,
      @Nullable Connection transaction,
      Function<Handoff, Result> queue) {
    Handoff handoff = transaction == null ? dispatcher.reserve(planned) : Handoff.NONE;
    long since = System.nanoTime(); // before the claims, so that no lease ends earlier than counted
    List<ClaimedDelivery> handedOff = List.of();
    try {
      Result result = queue.apply(handoff);
      if (result instanceof Stored stored) {
        handedOff = stored.result().handedOff();
        tell(planned, stored.result(), transaction);
      }
      return result;
    } finally {
      if (!handoff.slots().isEmpty()) {
        dispatcher.board(handoff, handedOff, since);
      }
    }
  }

  /** Inside a caller's transaction nothing has happened yet, and perhaps never will. */
  private void tell(
      List<NewNotification> planned, AppendResult result, @Nullable Connection transaction) {
    if (events.hasListeners()
        && transaction == null
        && !store.queue().afterCommit(() -> publish(planned, result))) {
      ownThreads.during(() -> publish(planned, result));
    }
  }

  private static List<Submitted> submitted(List<NewNotification> planned, Stored stored) {
    AppendResult result = stored.result();
    List<Submitted> submitted = new ArrayList<>(planned.size());
    for (int i = 0; i < planned.size(); i++) {
      submitted.add(
          new Submitted(
              planned.get(i).notification().tenant(),
              planned.get(i).notification().eventId(),
              result.notifications().get(i)));
    }
    return submitted;
  }

  private void publish(List<NewNotification> planned, AppendResult result) {
    for (int i = 0; i < planned.size(); i++) {
      Appended appended = result.notifications().get(i);
      if (appended.verdict() == Verdict.NEW) {
        publish(planned.get(i), appended.limited());
      }
    }
  }

  private void publish(NewNotification planned, List<Limited> limited) {
    List<NewDelivery> deliveries = new ArrayList<>(planned.deliveries());
    for (Limited limit : limited) {
      deliveries.set(limit.index(), deliveries.get(limit.index()).limited(limit));
    }
    deliveries.forEach(d -> events.publish(new DeliveryChanged(admitted(d), null, null)));
  }

  private static Delivery admitted(NewDelivery planned) {
    Instant now = planned.delivery().notification().createdAt();
    Instant dueAt = planned.notBefore() == null ? now : planned.notBefore();
    return planned
        .delivery()
        .at(
            planned.state(),
            planned.reason() == null ? null : planned.reason().name(),
            0,
            null,
            null,
            planned.state() == DeliveryState.SUPPRESSED ? null : dueAt,
            now);
  }
}
