package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.UnrestrictedAppend;
import dev.notifykit.store.UnrestrictedAppend.Refused;
import dev.notifykit.store.UnrestrictedAppend.Result;
import dev.notifykit.store.UnrestrictedAppend.Stored;
import dev.notifykit.test.RecordingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** What restricts a send is heeded, whether it is read before the append or looked up by it. */
abstract class UnreadCases extends FallbackCases {
  private static final int RACES = 300;

  UnreadCases() {}

  // ---- what every store's sends do

  private NotificationClient client(RecordingProvider email) {
    return NotificationClient.builder().store(store()).provider(email).build();
  }

  private static Notification news(String eventId, String recipientId) {
    return Notification.builder()
        .eventId(eventId)
        .to(Recipient.builder(recipientId).email(recipientId + "@example.com").build())
        .content(EmailMessage.builder().subject("News").text("It ships.").build())
        .category("marketing")
        .build();
  }

  private static Delivery ended(Receipt receipt) {
    List<Delivery> deliveries = receipt.completion().toCompletableFuture().join();
    assertThat(deliveries).hasSize(1);
    return deliveries.get(0);
  }

  @Test
  void aSendToWhoeverOptedOutIsSuppressedForThatReason() {
    RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
    try (NotificationClient client = client(email)) {
      client.preferences().optOut("ann", Channel.EMAIL, "marketing");
      client.preferences().optOut("bob", Channel.EMAIL);
      client.preferences().mute("eve");
      client.preferences().optOut("zoe", Channel.EMAIL, "orders");
      assertThat(ended(client.send(news("n#1", "ann"))).suppression())
          .contains(SuppressionReason.CATEGORY_OFF);
      assertThat(ended(client.send(news("n#2", "bob"))).suppression())
          .contains(SuppressionReason.CHANNEL_OFF);
      assertThat(ended(client.send(news("n#3", "eve"))).suppression())
          .contains(SuppressionReason.OPTED_OUT);
      assertThat(ended(client.send(news("n#4", "zoe"))).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(email.sent()).hasSize(1);
      assertThat(client.send(news("n#1", "ann")).isDuplicate()).isTrue();
      assertThat(client.send(news("n#4", "zoe")).isDuplicate()).isTrue();
    }
  }

  @Test
  void aSendToASuppressedAddressIsSuppressed() {
    RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
    try (NotificationClient client = client(email)) {
      client.preferences().suppress(Target.email("ann@example.com"), "bounced");
      assertThat(ended(client.send(news("n#1", "ann"))).suppression())
          .contains(SuppressionReason.INVALID_TARGET);
      client.preferences().unsuppress(Target.email("ann@example.com"));
      assertThat(ended(client.send(news("n#2", "ann"))).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void ofABatchOnlyWhoeverOptedOutIsLeftOut() {
    RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
    try (NotificationClient client = client(email)) {
      client.preferences().optOut("bob", Channel.EMAIL, "marketing");
      List<Receipt> receipts =
          client.sendAll(List.of(news("n#1", "ann"), news("n#2", "bob"), news("n#3", "eve")));
      assertThat(receipts.stream().map(r -> ended(r).suppression()))
          .containsExactly(
              Optional.empty(), Optional.of(SuppressionReason.CATEGORY_OFF), Optional.empty());
      assertThat(email.sent()).hasSize(2);
    }
  }

  @Test
  void anOptOutRacingSendsIsMissedByNoneAfterIt() throws Exception {
    RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
    AtomicIntegerArray optedOut = new AtomicIntegerArray(RACES);
    try (NotificationClient client = client(email)) {
      List<List<Receipt>> after =
          together(
              2,
              thread -> {
                List<Receipt> receipts = new ArrayList<>();
                for (int i = 0; i < RACES; i++) {
                  if (thread == 0) {
                    client.preferences().optOut("user-" + i, Channel.EMAIL, "marketing");
                    optedOut.set(i, 1);
                  } else {
                    boolean isAfter = optedOut.get(i) == 1;
                    Receipt receipt = client.send(news("n#" + i, "user-" + i));
                    if (isAfter) {
                      receipts.add(receipt);
                    }
                  }
                }
                return receipts;
              });
      for (Receipt receipt : after.get(1)) {
        assertThat(ended(receipt).suppression()).contains(SuppressionReason.CATEGORY_OFF);
      }
    }
  }

  // ---- appends that look it up

  private UnrestrictedAppend unrestricted() {
    Optional<UnrestrictedAppend> queue = store().queue().unrestricted();
    assumeTrue(queue.isPresent(), "what restricts a send is read before the append");
    return queue.orElseThrow();
  }

  private Result appendUnrestricted(NewNotification n, Route route, String... targetKeys) {
    return unrestricted()
        .append(n, List.of(targetKeys), new Handoff(WORKER, lease(), Map.of(route, 10)));
  }

  private Refused refused(Draft draft, Route route, String... targetKeys) {
    Result result = appendUnrestricted(draft.build(), route, targetKeys);
    assertThat(result).isInstanceOf(Refused.class);
    assertThat(store().log().deliveries(TENANT, draft.id())).isEmpty();
    assertThat(store().queue().depths().get(route)).isEqualTo(RouteDepth.EMPTY);
    assertThat(store().queue().findEvent(TENANT, draft.build().notification().eventId())).isEmpty();
    return (Refused) result;
  }

  private static Stored stored(Result result) {
    assertThat(result).isInstanceOf(Stored.class);
    return (Stored) result;
  }

  @Test
  void whatNothingRestrictsIsStoredAndHandedOff() {
    store().preferences().put(TENANT, "user-2", PreferenceCases.MUTED);
    store().preferences().put(OTHER_TENANT, "user-1", PreferenceCases.MUTED);
    store().preferences().suppressTarget(OTHER_TENANT, "older-key", "bounced");
    Draft draft = draft().mail("user-1");
    Stored stored = stored(appendUnrestricted(draft.build(), Route.EMAIL, "older-key"));
    assertThat(stored.result().notifications().get(0).notificationId()).isEqualTo(draft.id());
    List<ClaimedDelivery> handed = stored.result().handedOff();
    assertThat(idsOf(handed)).isEqualTo(draft.deliveryIds());
    assertThat(handed.get(0).preferences()).isEqualTo(PreferenceSet.NONE);
    assertThat(handed.get(0).targetSuppressed()).isFalse();
    settle(handed.get(0), DeliveryState.ACCEPTED);
    assertThat(stateOf(draft.deliveryIds().get(0))).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void nothingStaysOfAnAppendThatPreferencesRefuse() {
    unrestricted();
    store().preferences().put(TENANT, "user-1", PreferenceCases.NO_EMAIL);
    BucketCharge charge =
        new BucketCharge("scarce", new TokenBucket(1, units(1_000)), OnLimit.DROP);
    Draft draft = draft().mail("user-1", charge);
    Refused refused = refused(draft, Route.EMAIL);
    assertThat(refused.found().preferences())
        .isEqualTo(Map.of("user-1", store().preferences().find(TENANT, "user-1")));
    assertThat(refused.found().suppressed()).isEmpty();
    assertThat(store().rateLimits().waitFor(charge)).isZero();
    assertThat(append(draft).limited()).isEmpty();
  }

  @Test
  void nothingStaysOfAnAppendToASuppressedAddress() {
    unrestricted();
    Draft draft = draft().mail("user-1");
    String key = draft.build().deliveries().get(0).delivery().target().key();
    store().preferences().suppressTarget(TENANT, key, "bounced");
    store().preferences().suppressTarget(TENANT, "older-key", "");
    Refused refused = refused(draft, Route.EMAIL, key, "older-key", "good-key");
    assertThat(refused.found().suppressed()).isEqualTo(Set.of(key, "older-key"));
    assertThat(refused.found().preferences()).isEmpty();
  }

  @Test
  void nothingStaysOfAnAppendToADisabledDevice() {
    unrestricted();
    Device device = Device.ios("ab".repeat(32));
    store().recipients().save(TENANT, Recipient.builder("user-1").device(device).build());
    store().recipients().disableDevice(TENANT, device.id(), Optional.empty());
    Draft draft = draft().to("user-1", null, Target.device(device));
    Refused refused = refused(draft, Route.APNS, device.id());
    assertThat(refused.found().preferences()).isEmpty();
    assertThat(refused.found().suppressed()).isEmpty();
  }

  @Test
  void oneRecipientOfSeveralRefusesTheirNotification() {
    unrestricted();
    store().preferences().put(TENANT, "user-2", PreferenceCases.MUTED);
    Refused refused = refused(draft().mail("user-1").mail("user-2").mail("user-3"), Route.EMAIL);
    assertThat(refused.found().preferences()).containsOnlyKeys("user-2");
  }

  @Test
  void aRepeatOfWhatWasStoredIsNotRefusedByWhatCameAfterIt() {
    Draft draft = draft().dedupe(null).mail("user-1");
    Draft named = draft().mail("user-1");
    stored(appendUnrestricted(draft.build(), Route.EMAIL));
    stored(appendUnrestricted(named.build(), Route.EMAIL));
    store().preferences().put(TENANT, "user-1", PreferenceCases.MUTED);
    for (Draft repeat : List.of(draft, named)) {
      Stored again = stored(appendUnrestricted(repeat.build(), Route.EMAIL));
      assertThat(again.result().notifications().get(0).notificationId()).isEqualTo(repeat.id());
      assertThat(again.result().handedOff()).isEmpty();
      assertThat(store().log().deliveries(TENANT, repeat.id())).hasSize(1);
    }
  }

  @Test
  void aRestrictionRacingAppendsIsMissedByNoneAfterIt() throws Exception {
    unrestricted();
    AtomicIntegerArray restricted = new AtomicIntegerArray(RACES);
    together(
        2,
        thread -> {
          for (int i = 0; i < RACES; i++) {
            if (thread == 0) {
              store().preferences().put(TENANT, "user-" + i, PreferenceCases.MUTED);
              restricted.set(i, 1);
            } else {
              boolean isAfter = restricted.get(i) == 1;
              Result result = appendUnrestricted(draft().mail("user-" + i).build(), Route.EMAIL);
              assertThat(result).isInstanceOf(isAfter ? Refused.class : Result.class);
            }
          }
          return thread;
        });
  }
}
