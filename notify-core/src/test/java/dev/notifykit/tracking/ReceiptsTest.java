package dev.notifykit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.Target;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.tracking.WebhookEvent.DeliveryReport;
import dev.notifykit.tracking.WebhookEvent.Scope;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class ReceiptsTest {
  private static final String TENANT = "acme";
  private static final Target PHONE = Target.phone("+14155550123");
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InMemoryStore store = InMemoryStore.builder().clock(now::get).build();
  private final List<StateChange> changes = new ArrayList<>();
  private final TargetKeys targetKeys = TargetKeys.of(List.of(), store.once());
  private final Map<String, List<String>> addressBook = new HashMap<>();
  private final Receipts receipts =
      new Receipts(
          store,
          store.tracking(),
          targetKeys,
          (tenant, target) -> addressBook.getOrDefault(tenant + target.address(), List.of()),
          changes::add);

  @AfterEach
  void close() {
    store.close();
  }

  // ---- deliveries

  private UUID append(Target target) {
    UUID id = UUID.randomUUID();
    StoredNotification notification =
        new StoredNotification(
            UUID.randomUUID(),
            TENANT,
            "event-" + id,
            1,
            "order-shipped",
            "orders",
            null,
            Priority.NORMAL,
            UnknownOutcome.PREFER_SILENCE,
            now.get(),
            null,
            new Content(Map.of(), Map.of(), List.of()));
    QueuedDelivery delivery =
        new QueuedDelivery(id, notification, "user-1", null, target, null, null);
    NewDelivery ready = new NewDelivery(delivery, DeliveryState.READY, null, null, List.of());
    store
        .queue()
        .append(
            List.of(new NewNotification(notification, null, List.of(ready))), Handoff.NONE, null);
    return id;
  }

  private ClaimedDelivery claim(Route route) {
    return store
        .queue()
        .claim(new ClaimRequest(route, "worker", 1, Duration.ofMinutes(1)))
        .claimed()
        .get(0);
  }

  private void settle(ClaimedDelivery claimed, DeliveryState to, String messageId) {
    Duration delay = to == DeliveryState.UNKNOWN ? Duration.ofHours(1) : null;
    Settlement settlement =
        new Settlement(claimed, to, null, delay, true, "twilio", messageId, null);
    assertThat(store.queue().settle(List.of(settlement))).isEmpty();
  }

  private UUID accepted(Target target, String messageId) {
    UUID id = append(target);
    settle(claim(target.route()), DeliveryState.ACCEPTED, messageId);
    return id;
  }

  private Delivery delivery(UUID id) {
    return store.log().find(TENANT, id).orElseThrow();
  }

  private static Origin origin(String event, String messageId, UUID deliveryId) {
    return new Origin(event, "twilio", messageId, deliveryId, TENANT, START);
  }

  private static DeliveryReport report(UUID id, DeliveryState state) {
    String code = state == DeliveryState.UNDELIVERED ? "30003" : null;
    return new DeliveryReport(origin("e-" + state, "SM1", id), state, code);
  }

  private List<TrackingEvent.Kind> tracked(UUID id) {
    return store.tracking().events(TENANT, id).stream().map(TrackingEvent::kind).toList();
  }

  // ---- what became of a delivery

  @Test
  void receiptMovesAnAcceptedDelivery() {
    UUID id = accepted(PHONE, "SM1");
    receipts.apply(List.of(report(id, DeliveryState.DELIVERED)));
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(changes)
        .singleElement()
        .extracting(StateChange::from)
        .isEqualTo(DeliveryState.ACCEPTED);
    assertThat(tracked(id)).containsExactly(TrackingEvent.Kind.DELIVERED);
    assertThat(receipts.waiting()).isZero();
  }

  @Test
  void receiptIsFoundByTheProvidersIdAlone() {
    UUID id = accepted(PHONE, "SM1");
    Origin origin = new Origin("e", "twilio", "SM1", null, null, START);
    receipts.apply(List.of(new DeliveryReport(origin, DeliveryState.UNDELIVERED, "30003")));
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.UNDELIVERED);
    assertThat(delivery(id).reason()).isEqualTo("30003");
    assertThat(tracked(id)).containsExactly(TrackingEvent.Kind.BOUNCED);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DELIVERED", "UNDELIVERED"})
  void receiptSettlesAnUnknownOutcome(DeliveryState state) {
    UUID id = append(PHONE);
    settle(claim(Route.SMS), DeliveryState.UNKNOWN, null);
    receipts.apply(List.of(report(id, state)));
    assertThat(delivery(id).state()).isEqualTo(state);
  }

  @Test
  void earlyReceiptIsNotLost() {
    UUID id = append(PHONE);
    ClaimedDelivery claimed = claim(Route.SMS);
    receipts.apply(List.of(report(id, DeliveryState.DELIVERED)));
    assertThat(receipts.waiting()).isEqualTo(1);
    receipts.applyWaiting();
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.CLAIMED);
    settle(claimed, DeliveryState.ACCEPTED, "SM1");
    receipts.applyWaiting();
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(receipts.waiting()).isZero();
  }

  @Test
  void earlyReceiptWithoutADeliverysIdIsNotLost() {
    UUID id = append(PHONE);
    ClaimedDelivery claimed = claim(Route.SMS);
    Origin origin = new Origin("e", "twilio", "SM1", null, null, START);
    receipts.apply(List.of(new DeliveryReport(origin, DeliveryState.DELIVERED, null)));
    settle(claimed, DeliveryState.ACCEPTED, "SM1");
    receipts.applyWaiting();
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void anEarlyReceiptThatTheStoreRefusesTakesNoOtherAlong() {
    AtomicInteger failures = new AtomicInteger(1);
    Receipts fragile =
        new Receipts(store, failing(failures), targetKeys, (t, a) -> List.of(), c -> {});
    List<UUID> ids = List.of(append(PHONE), append(PHONE), append(PHONE));
    List<ClaimedDelivery> claimed = List.of(claim(Route.SMS), claim(Route.SMS), claim(Route.SMS));
    ids.forEach(
        id ->
            fragile.apply(
                List.of(
                    new DeliveryReport(
                        origin("e" + id, null, id), DeliveryState.DELIVERED, null))));
    claimed.forEach(c -> settle(c, DeliveryState.ACCEPTED, "SM" + c.delivery().id()));
    assertThatThrownBy(fragile::applyWaiting).isInstanceOf(StoreException.class);
    fragile.applyWaiting();
    assertThat(ids).extracting(id -> delivery(id).state()).containsOnly(DeliveryState.DELIVERED);
    assertThat(fragile.waiting()).isZero();
  }

  private TrackingStore failing(AtomicInteger failures) {
    return new TrackingStore() {
      @Override
      public boolean record(TrackingEvent event) {
        if (failures.getAndDecrement() > 0) {
          throw new StoreException("away");
        }
        return store.tracking().record(event);
      }

      @Override
      public List<TrackingEvent> events(String tenant, UUID deliveryId) {
        return store.tracking().events(tenant, deliveryId);
      }

      @Override
      public void forget(String tenant, Collection<UUID> deliveryIds) {
        store.tracking().forget(tenant, deliveryIds);
      }
    };
  }

  @Test
  void receiptOfNobodysMessageIsForgottenInTime() {
    Origin origin = new Origin("e", "twilio", "SM-foreign", null, null, START);
    receipts.apply(List.of(new DeliveryReport(origin, DeliveryState.DELIVERED, null)));
    now.set(START.plus(Duration.ofMinutes(9)));
    receipts.applyWaiting();
    assertThat(receipts.waiting()).isEqualTo(1);
    now.set(START.plus(Duration.ofMinutes(10)));
    receipts.applyWaiting();
    assertThat(receipts.waiting()).isZero();
  }

  @Test
  void deliveryThatIsWrittenAtTheLastMomentIsFound() {
    UUID id = append(PHONE);
    ClaimedDelivery claimed = claim(Route.SMS);
    receipts.apply(List.of(report(id, DeliveryState.DELIVERED)));
    for (int second = 1; second < 590; second++) {
      now.set(START.plusSeconds(second));
      receipts.applyWaiting();
    }
    settle(claimed, DeliveryState.ACCEPTED, "SM1");
    for (int second = 590; second <= 600; second++) {
      now.set(START.plusSeconds(second));
      receipts.applyWaiting();
    }
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(receipts.waiting()).isZero();
  }

  @Test
  void failureOfAnEarlierAttemptDoesNotUndoALaterOne() {
    UUID id = accepted(PHONE, "SM2");
    receipts.apply(List.of(report(id, DeliveryState.UNDELIVERED)));
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.ACCEPTED);
    receipts.apply(List.of(report(id, DeliveryState.DELIVERED)));
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void anyOrderAndRepetitionEndsInTheSameState() {
    Random random = new Random(5);
    for (int n = 0; n < 500; n++) {
      UUID id = append(PHONE);
      ClaimedDelivery claimed = claim(Route.SMS);
      List<DeliveryReport> reports = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Origin queued = origin("queued-" + id, "SM-" + id, id);
        reports.add(new DeliveryReport(queued, DeliveryState.ACCEPTED, null));
        Origin delivered = origin("delivered-" + id, "SM-" + id, id);
        reports.add(new DeliveryReport(delivered, DeliveryState.DELIVERED, null));
      }
      Collections.shuffle(reports, random);
      int early = random.nextInt(reports.size() + 1);
      receipts.apply(reports.subList(0, early));
      settle(claimed, DeliveryState.ACCEPTED, "SM-" + id);
      receipts.apply(reports.subList(early, reports.size()));
      receipts.applyWaiting();
      assertThat(delivery(id).state()).isEqualTo(DeliveryState.DELIVERED);
      assertThat(tracked(id)).containsExactly(TrackingEvent.Kind.DELIVERED);
      assertThat(receipts.waiting()).isZero();
    }
  }

  // ---- what recipients want

  private boolean isSuppressed(Target target) {
    return !store
        .preferences()
        .suppressedTargets(TENANT, List.of(targetKeys.key(target)))
        .isEmpty();
  }

  @Test
  void invalidTargetIsSuppressed() {
    UUID id = accepted(PHONE, "SM1");
    receipts.apply(List.of(new WebhookEvent.TargetInvalid(origin("e", "SM1", id), PHONE, "30005")));
    assertThat(isSuppressed(PHONE)).isTrue();
  }

  @Test
  void tenantOfAnInvalidTargetIsTheDeliverys() {
    accepted(PHONE, "SM1");
    Origin origin = new Origin("e", "twilio", "SM1", null, null, START);
    receipts.apply(List.of(new WebhookEvent.TargetInvalid(origin, PHONE, "30005")));
    assertThat(isSuppressed(PHONE)).isTrue();
  }

  @Test
  void stopWordSuppressesTheNumberAndStartWordFreesIt() {
    WebhookEvent stop =
        new WebhookEvent.OptedOut(origin("SM8", null, null), PHONE, Scope.CHANNEL, "STOP");
    WebhookEvent start = new WebhookEvent.OptedIn(origin("SM9", null, null), PHONE, "START");
    receipts.apply(List.of(stop));
    assertThat(isSuppressed(PHONE)).isTrue();
    receipts.apply(List.of(start));
    assertThat(isSuppressed(PHONE)).isFalse();
    receipts.apply(List.of(stop));
    assertThat(isSuppressed(PHONE)).as("after a repeated old stop").isFalse();
    WebhookEvent again =
        new WebhookEvent.OptedOut(origin("SM10", null, null), PHONE, Scope.CHANNEL, "STOP");
    receipts.apply(List.of(again, start));
    assertThat(isSuppressed(PHONE)).as("after a repeated old start").isTrue();
  }

  @Test
  void answerByTextIsTheChoiceOfWhoseNumberItIs() {
    addressBook.put(TENANT + PHONE.address(), List.of("user-1", "user-2"));
    WebhookEvent stop =
        new WebhookEvent.OptedOut(origin("SM8", null, null), PHONE, Scope.CHANNEL, "STOP");
    WebhookEvent start = new WebhookEvent.OptedIn(origin("SM9", null, null), PHONE, "START");
    receipts.apply(List.of(stop));
    assertThat(choices()).containsExactly(new Preference(Channel.SMS, null, null, false));
    assertThat(store.preferences().find(TENANT, "user-2").choices()).isEqualTo(choices());
    receipts.apply(List.of(start));
    assertThat(choices()).containsExactly(new Preference(Channel.SMS, null, null, true));
    receipts.apply(List.of(stop));
    assertThat(choices())
        .as("after a repeated old stop")
        .containsExactly(new Preference(Channel.SMS, null, null, true));
  }

  @Test
  void complaintAboutAnUnknownMessageIsTheChoiceOfWhoseAddressItIs() {
    Target mail = Target.email("ann@example.com");
    addressBook.put(TENANT + mail.address(), List.of("user-1"));
    receipts.apply(List.of(new WebhookEvent.Complained(origin("e1", "m9", null), mail)));
    assertThat(choices()).containsExactly(new Preference(Channel.EMAIL, null, null, false));
  }

  @Test
  void unsubscribeBecomesAnOptOut() {
    Target mail = Target.email("ann@example.com");
    UUID id = accepted(mail, "m1");
    WebhookEvent event =
        new WebhookEvent.OptedOut(origin("e1", "m1", id), mail, Scope.CHANNEL, "unsubscribe");
    receipts.apply(List.of(event, event));
    assertThat(choices()).containsExactly(new Preference(Channel.EMAIL, null, null, false));
    assertThat(tracked(id)).containsExactly(TrackingEvent.Kind.UNSUBSCRIBED);
    assertThat(isSuppressed(mail)).as("mandatory mail must still reach them").isFalse();
  }

  @Test
  void anOldAnswerReportedToAnotherNodeDoesNotUndoALaterOne() {
    addressBook.put(TENANT + PHONE.address(), List.of("user-1"));
    WebhookEvent start = new WebhookEvent.OptedIn(origin("in1", null, null), PHONE, "START");
    WebhookEvent stop =
        new WebhookEvent.OptedOut(origin("out1", null, null), PHONE, Scope.CHANNEL, "STOP");
    receipts.apply(List.of(start));
    receipts.apply(List.of(stop));
    other().apply(List.of(start));
    assertThat(choices()).containsExactly(new Preference(Channel.SMS, null, null, false));
    assertThat(isSuppressed(PHONE)).isTrue();
    WebhookEvent again = new WebhookEvent.OptedIn(origin("in2", null, null), PHONE, "START");
    other().apply(List.of(again));
    receipts.apply(List.of(stop));
    assertThat(choices()).containsExactly(new Preference(Channel.SMS, null, null, true));
    assertThat(isSuppressed(PHONE)).isFalse();
  }

  @Test
  void anOldComplaintReportedToAnotherNodeDoesNotUndoALaterChoice() {
    Target mail = Target.email("ann@example.com");
    WebhookEvent complaint = new WebhookEvent.Complained(origin("e1", "m9", null), mail);
    receipts.apply(List.of(complaint));
    store.preferences().suppressTarget(TENANT, targetKeys.key(mail), null);
    other().apply(List.of(complaint));
    assertThat(isSuppressed(mail)).isFalse();
  }

  /** What another node has, or this one after a restart. */
  private Receipts other() {
    return new Receipts(
        store,
        store.tracking(),
        targetKeys,
        (tenant, target) -> addressBook.getOrDefault(tenant + target.address(), List.of()),
        changes::add);
  }

  @Test
  void aNameThatNoTenantCanHaveIsOfSomebodyElse() {
    Target mail = Target.email("ann@example.com");
    Origin foreign = new Origin("e1", "sendgrid", "m9", null, "x".repeat(201), START);
    receipts.apply(List.of(new WebhookEvent.TargetInvalid(foreign, mail, "5.1.1")));
    assertThat(store.preferences().suppressedTargets("", targetKeys.all(mail))).isNotEmpty();
  }

  @Test
  void reportsOfMessagesThatAreNotOursAskTheStoreLessAndLess() {
    AtomicInteger asked = new AtomicInteger();
    Receipts busy =
        new Receipts(
            countingReads(asked), store.tracking(), targetKeys, (t, a) -> List.of(), c -> {});
    Origin origin = new Origin("e", "twilio", "SM-foreign", null, null, START);
    busy.apply(List.of(new DeliveryReport(origin, DeliveryState.DELIVERED, null)));
    for (int second = 1; second < 600; second++) {
      now.set(START.plusSeconds(second));
      busy.applyWaiting();
    }
    assertThat(busy.waiting()).isEqualTo(1);
    assertThat(asked.get()).isBetween(10, 30);
  }

  /** The store, each of whose queues' reads by a provider's id is counted. */
  private NotificationStore countingReads(AtomicInteger asked) {
    DeliveryQueue counting =
        (DeliveryQueue)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DeliveryQueue.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("findByProviderId")) {
                    asked.incrementAndGet();
                  }
                  return method.invoke(store.queue(), arguments);
                });
    return (NotificationStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {NotificationStore.class},
            (proxy, method, arguments) ->
                method.getName().equals("queue") ? counting : method.invoke(store, arguments));
  }

  @Test
  void allThatOneReportSaysHasItsEffect() {
    Target mail = Target.email("ann@example.com");
    UUID id = accepted(mail, "m1");
    Origin one = origin("e1", "m1", id);
    List<WebhookEvent> said =
        List.of(
            new DeliveryReport(one, DeliveryState.UNDELIVERED, "dropped"),
            new WebhookEvent.OptedOut(one, mail, Scope.CHANNEL, "unsubscribe"),
            new WebhookEvent.Opened(one));
    receipts.apply(said);
    receipts.apply(said);
    assertThat(choices()).containsExactly(new Preference(Channel.EMAIL, null, null, false));
    assertThat(tracked(id))
        .containsExactlyInAnyOrder(
            TrackingEvent.Kind.BOUNCED, TrackingEvent.Kind.UNSUBSCRIBED, TrackingEvent.Kind.OPENED);
  }

  @Test
  void mailDroppedForAnEarlierComplaintIsAComplaint() {
    Target mail = Target.email("ann@example.com");
    UUID id = accepted(mail, "m1");
    Origin one = origin("e1", "m1", id);
    receipts.apply(
        List.of(
            new DeliveryReport(one, DeliveryState.UNDELIVERED, "dropped"),
            new WebhookEvent.Complained(one, mail)));
    assertThat(choices()).containsExactly(new Preference(Channel.EMAIL, null, null, false));
  }

  @Test
  void groupUnsubscribeIsAboutTheCategory() {
    Target mail = Target.email("ann@example.com");
    UUID id = accepted(mail, "m1");
    receipts.apply(
        List.of(
            new WebhookEvent.OptedOut(
                origin("e1", "m1", id), mail, Scope.CATEGORY, "unsubscribe")));
    assertThat(choices()).containsExactly(new Preference(Channel.EMAIL, "orders", null, false));
  }

  @Test
  void oldOptOutReportedAgainDoesNotUndoALaterOptIn() {
    Target mail = Target.email("ann@example.com");
    UUID id = accepted(mail, "m1");
    WebhookEvent event = new WebhookEvent.Complained(origin("e1", "m1", id), mail);
    receipts.apply(List.of(event));
    Preference in = new Preference(Channel.EMAIL, null, null, true);
    store.preferences().put(TENANT, "user-1", in);
    receipts.apply(List.of(event));
    assertThat(choices()).containsExactly(in);
    assertThat(tracked(id)).containsExactly(TrackingEvent.Kind.COMPLAINED);
  }

  @Test
  void complaintAboutAnUnknownMessageSuppressesTheAddress() {
    Target mail = Target.email("ann@example.com");
    receipts.apply(List.of(new WebhookEvent.Complained(origin("e1", "m9", null), mail)));
    assertThat(isSuppressed(mail)).isTrue();
  }

  private List<Preference> choices() {
    return store.preferences().find(TENANT, "user-1").choices();
  }

  @Test
  void opensAndClicksAreRecordedOnce() {
    UUID id = accepted(Target.email("ann@example.com"), "m1");
    WebhookEvent opened = new WebhookEvent.Opened(origin("o1", "m1", id));
    WebhookEvent clicked = new WebhookEvent.Clicked(origin("c1", "m1", null), "https://a.example/");
    receipts.apply(List.of(opened, clicked, opened, clicked));
    assertThat(tracked(id))
        .containsExactlyInAnyOrder(TrackingEvent.Kind.OPENED, TrackingEvent.Kind.CLICKED);
  }

  @Test
  void helpChangesNothing() {
    receipts.apply(List.of(new WebhookEvent.HelpRequested(origin("h", null, null), PHONE)));
    assertThat(isSuppressed(PHONE)).isFalse();
    assertThat(changes).isEmpty();
  }
}
