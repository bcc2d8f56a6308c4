package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.RouteDepth;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is appended is there, whole, unchanged and once. */
abstract class AppendCases extends StoreFixture {
  AppendCases() {}

  @Test
  void emptyStoreHasNothing() {
    assertThat(claim(10)).isEmpty();
    assertThat(store().queue().untilNextDue(Route.EMAIL)).isEmpty();
    assertThat(store().queue().depths().values()).allMatch(RouteDepth.EMPTY::equals);
    assertThat(recover()).isEmpty();
    assertThat(store().log().find(TENANT, UUID.randomUUID())).isEmpty();
    assertThat(store().log().deliveries(TENANT, UUID.randomUUID())).isEmpty();
    assertThat(store().log().attempts(TENANT, UUID.randomUUID())).isEmpty();
    assertThat(store().log().ofRecipient(TENANT, "nobody", 10)).isEmpty();
    assertThat(store().log().deadLetters(TENANT, null, null, 10)).isEmpty();
    assertThat(store().log().purge(Duration.ofMillis(1))).isZero();
  }

  @Test
  void appendedDeliveryIsInTheLogAsPlanned() {
    Draft draft = draft().mail("user-1");
    Appended appended = append(draft);
    assertThat(appended.verdict()).isEqualTo(Verdict.NEW);
    assertThat(appended.notificationId()).isEqualTo(draft.id());
    assertThat(appended.limited()).isEmpty();

    Delivery logged = delivery(draft.deliveryIds().get(0));
    assertThat(logged.notificationId()).isEqualTo(draft.id());
    assertThat(logged.tenant()).isEqualTo(TENANT);
    assertThat(logged.recipientId()).isEqualTo("user-1");
    assertThat(logged.channel()).isEqualTo(Channel.EMAIL);
    assertThat(logged.route()).isEqualTo(Route.EMAIL);
    assertThat(logged.targetKey()).isEqualTo(Draft.address("user-1").key());
    assertThat(logged.template()).isEqualTo("order-shipped");
    assertThat(logged.category()).isEqualTo("orders");
    assertThat(logged.state()).isEqualTo(DeliveryState.READY);
    assertThat(logged.reason()).isNull();
    assertThat(logged.attempts()).isZero();
    assertThat(logged.provider()).isNull();
    assertThat(logged.providerMessageId()).isNull();
    assertThat(logged.createdAt()).isEqualTo(draft.notification().createdAt());
  }

  @Test
  void eachRouteHasItsOwnQueue() {
    Draft draft = draft();
    Map<Route, Target> targets = targetsByRoute();
    targets.values().forEach(target -> draft.to("user-1", null, target));
    append(draft);
    List<Route> routes = new ArrayList<>(targets.keySet());
    for (int i = 0; i < routes.size(); i++) {
      List<ClaimedDelivery> claimed = claim(store(), routes.get(i), WORKER, 10);
      assertThat(idsOf(claimed))
          .as("%s", routes.get(i))
          .containsExactly(draft.deliveryIds().get(i));
      assertThat(claimed.get(0).delivery().target()).isEqualTo(targets.get(routes.get(i)));
    }
  }

  private static Map<Route, Target> targetsByRoute() {
    Map<Route, Target> targets = new LinkedHashMap<>();
    targets.put(Route.APNS, Target.device(Device.ios("a".repeat(64))));
    targets.put(Route.FCM, Target.device(Device.android("fcm:" + "b".repeat(200))));
    targets.put(Route.SMS, Target.phone("+14155550123"));
    targets.put(Route.EMAIL, Target.email("ann@example.com"));
    targets.put(Route.INBOX, Target.inbox("user-1"));
    return targets;
  }

  @Test
  void deliveriesAreLoggedInTheOrderTheyWerePlanned() {
    Draft draft = draft();
    List<String> users = new ArrayList<>(List.of("b", "a", "ü", "Z", "10", "9", "c"));
    Collections.shuffle(users, random);
    users.forEach(draft::mail);
    append(draft);
    assertThat(store().log().deliveries(TENANT, draft.id()))
        .extracting(Delivery::recipientId)
        .containsExactlyElementsOf(users);
  }

  @Test
  void resultsComeInTheOrderOfTheBatch() {
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      drafts.add(draft().mail("user-" + i).mail("friend-" + i));
    }
    Collections.shuffle(drafts, random);
    AppendResult result = appendAll(drafts.stream().map(Draft::build).toList());
    assertThat(result.notifications())
        .extracting(Appended::notificationId)
        .containsExactlyElementsOf(drafts.stream().map(Draft::id).toList());
    assertThat(claimEverything()).hasSize(1_000);
  }

  @Test
  void oneNotificationGoesToTenThousand() {
    Draft draft = draft();
    for (int i = 0; i < 10_000; i++) {
      draft.mail("user-" + i);
    }
    append(draft);
    assertThat(store().log().deliveries(TENANT, draft.id()))
        .extracting(Delivery::id)
        .containsExactlyElementsOf(draft.deliveryIds());
    assertThat(new HashSet<>(idsOf(claimEverything()))).hasSize(10_000);
  }

  @Test
  void notificationThatIsOnlySuppressedIsLoggedAndNeverClaimed() {
    Draft draft = draft();
    for (SuppressionReason reason : SuppressionReason.values()) {
      draft.suppressed("user-1", reason);
    }
    append(draft);
    assertThat(claim(100)).isEmpty();
    assertThat(store().log().deliveries(TENANT, draft.id()))
        .allMatch(d -> d.state() == DeliveryState.SUPPRESSED)
        .allMatch(d -> d.dueAt() == null)
        .extracting(d -> d.suppression().orElseThrow())
        .containsExactly(SuppressionReason.values());
  }

  @Test
  void notificationWithoutDeliveriesIsRememberedByItsEvent() {
    Draft draft = draft();
    assertThat(append(draft).verdict()).isEqualTo(Verdict.NEW);
    assertThat(store().queue().findEvent(TENANT, draft.eventId())).isPresent();
    assertThat(store().log().deliveries(TENANT, draft.id())).isEmpty();
  }

  @Test
  void claimReturnsAllThatWasAppended() {
    Draft draft =
        draft()
            .eventId("e-" + TEXT)
            .category("cat-" + TEXT, "topic-" + TEXT)
            .priority(Priority.HIGH)
            .preferSilence()
            .expiresAt(Instant.parse("2999-12-31T23:59:59.999Z"))
            .content(richContent())
            .locale(Locale.forLanguageTag("zh-Hant-TW"), ZoneId.of("Pacific/Chatham"))
            .to("user-" + TEXT, "name " + TEXT, Target.email("zoë@exämple.com"));
    append(draft);
    QueuedDelivery expected = draft.build().deliveries().get(0).delivery();
    assertThat(claimOne().delivery()).isEqualTo(expected);
  }

  @Test
  void claimReturnsEveryKindOfMessage() {
    Map<Channel, Message> messages =
        Map.of(
            Channel.SMS, SmsMessage.builder().text(TEXT).sender("Shop").build(),
            Channel.PUSH, push(),
            Channel.INBOX, inbox(),
            Channel.EMAIL, email());
    Draft draft = draft().content(new Content(Map.of(), messages, List.of())).mail("user-1");
    append(draft);
    assertThat(claimOne().delivery().notification().content().messages()).isEqualTo(messages);
  }

  private static Message push() {
    return PushMessage.builder()
        .title(TEXT)
        .body("body\nwith\nlines")
        .badge(3)
        .sound("default")
        .link("app://orders/1?a=b&c=d")
        .collapseKey("k")
        .data("b", TEXT)
        .data("a", "")
        .build();
  }

  private static Message inbox() {
    return InboxMessage.builder().title(TEXT).body("b").link("/o").data("k", TEXT).build();
  }

  private static Message email() {
    return EmailMessage.builder()
        .subject(TEXT)
        .html("<p>" + TEXT + "</p>\r\n")
        .text("line\r\nline\n")
        .from("Shop <shop@example.com>")
        .replyTo("r@example.com")
        .header("X-B", "2")
        .header("X-A", "1")
        .attachment(Attachment.inline("logo", "logo.png", "image/png", new byte[] {0, -1, 127}))
        .unsubscribeUrl("https://example.com/u?t=1")
        .unsubscribeMailto("u@example.com")
        .tag("t")
        .build();
  }

  private static Content richContent() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("text", TEXT);
    data.put("empty", "");
    data.put("int", 42);
    data.put("long", 9_007_199_254_740_993L);
    data.put("double", 2.5);
    data.put("yes", true);
    data.put(
        "items", List.of(Map.of("name " + TEXT, "x", "n", 1), Map.of("deep", List.of(List.of()))));
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return new Content(
        data, Map.of(), List.of(Attachment.file("Räch nung.pdf", "application/pdf", bytes)));
  }

  @Test
  void everyKindOfDeviceComesBackWhole() {
    Instant at = Instant.parse("2026-03-01T10:20:30.456Z");
    List<Device> devices = new ArrayList<>();
    for (Platform platform : Platform.values()) {
      devices.add(
          Device.builder(platform, "token-" + platform)
              .tokenType(Device.TokenType.FID)
              .environment(Device.Environment.SANDBOX)
              .appId("com.example." + platform)
              .appVersion("1.2.3 β")
              .locale(Locale.KOREAN)
              .registeredAt(at)
              .lastSeenAt(at.plusSeconds(1))
              .build());
    }
    Draft draft = draft();
    devices.forEach(device -> draft.to("user-1", null, Target.device(device)));
    append(draft);
    List<ClaimedDelivery> claimed = new ArrayList<>(claim(store(), Route.APNS, WORKER, 10));
    claimed.addAll(claim(store(), Route.FCM, WORKER, 10));
    assertThat(claimed)
        .extracting(c -> c.delivery().target().device().orElseThrow())
        .containsExactlyInAnyOrderElementsOf(devices);
  }

  @Test
  void namesOfTheGreatestLengthAreKept() {
    // 200 characters, of which each pair is one code point of 4 bytes.
    String longest = "😀".repeat(100);
    Draft draft = draft().tenant(longest).eventId(longest).category(longest, longest);
    draft.to(longest, longest, Target.email("a".repeat(64) + "@" + "b".repeat(180) + ".example"));
    append(draft);
    assertThat(claimOne().delivery()).isEqualTo(draft.build().deliveries().get(0).delivery());
    assertThat(store().queue().findEvent(longest, longest)).isPresent();
    assertThat(store().log().ofRecipient(longest, longest, 1)).hasSize(1);
  }

  @Test
  void idsDifferByCaseAccentAndTrailingSpace() {
    for (String event : List.of("event", "EVENT", "évent", "event ", "event\u200b")) {
      assertThat(append(draft().eventId(event).mail(event)).verdict())
          .as("verdict of '%s'", event)
          .isEqualTo(Verdict.NEW);
    }
    assertThat(store().log().ofRecipient(TENANT, "event", 10)).hasSize(1);
    assertThat(store().log().ofRecipient(TENANT, "EVENT", 10)).hasSize(1);
    assertThat(store().log().ofRecipient(TENANT, "event ", 10)).hasSize(1);
  }

  @Test
  void contentOfAQuarterMegabyteIsKept() {
    String large = (TEXT + "x").repeat(256 * 1024 / (TEXT.length() + 1));
    append(
        draft().content(new Content(Map.of("large", large), Map.of(), List.of())).mail("user-1"));
    assertThat(claimOne().delivery().notification().content().data()).containsEntry("large", large);
  }

  // ---- hand-off

  @Test
  void whatIsHandedOffIsNotClaimedAgain() {
    Draft draft = draft();
    for (int i = 0; i < 20; i++) {
      draft.mail("user-" + i);
    }
    AppendResult result = appendWithHandoff(draft, Map.of(Route.EMAIL, 7, Route.SMS, 3));
    assertThat(result.handedOff()).hasSizeLessThanOrEqualTo(7);
    List<UUID> all = new ArrayList<>(idsOf(result.handedOff()));
    all.addAll(idsOf(claimEverything()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(draft.deliveryIds());
  }

  @Test
  void handedOffDeliveryIsHeldLikeAClaimedOne() {
    requires(StoreCapability.HANDS_OFF);
    Draft draft = draft().mail("user-1").mail("user-2");
    AppendResult result = appendWithHandoff(draft, Map.of(Route.EMAIL, 1));
    assertThat(result.handedOff()).hasSize(1);
    ClaimedDelivery held = result.handedOff().get(0);
    assertThat(held.delivery()).isEqualTo(draft.build().deliveries().get(0).delivery());
    assertThat(held.attempt()).isEqualTo(1);
    assertThat(stateOf(held.delivery().id())).isEqualTo(DeliveryState.CLAIMED);
    advance(lease().plus(units(1)));
    assertThat(idsOfChanges(recover())).containsExactly(held.delivery().id());
    assertThat(store().queue().settle(List.of(settlement(held, DeliveryState.ACCEPTED))))
        .hasSize(1);
  }

  @Test
  void nothingIsHandedOffThatIsNotDueOrHasNoRoom() {
    Draft draft =
        draft()
            .mailAt("user-1", now().plus(units(50)))
            .suppressed("user-2", SuppressionReason.NO_ADDRESS)
            .to("user-3", null, Target.phone("+14155550123"));
    assertThat(appendWithHandoff(draft, Map.of(Route.EMAIL, 10)).handedOff()).isEmpty();
  }

  final AppendResult appendWithHandoff(Draft draft, Map<Route, Integer> slots) {
    return store()
        .queue()
        .append(List.of(draft.build()), new Handoff(WORKER, lease(), slots), null);
  }

  // ---- notice of work

  @Test
  void listenerIsToldOfNewWork() {
    Set<Route> told = Collections.synchronizedSet(new HashSet<>());
    store().queue().onWork(told::add);
    append(draft().mail("user-1").to("user-2", null, Target.phone("+14155550123")));
    dev.notifykit.test.Await.until("word of new work", () -> told.size() == 2);
    assertThat(told).containsExactlyInAnyOrder(Route.EMAIL, Route.SMS);
  }

  @Test
  void listenerIsToldOfReplayedWork() {
    UUID id = deliveryIn(DeliveryState.DEAD);
    Set<Route> told = Collections.synchronizedSet(new HashSet<>());
    store().queue().onWork(told::add);
    store().queue().replay(TENANT, id);
    dev.notifykit.test.Await.until("word of replayed work", () -> told.contains(Route.EMAIL));
  }

  // ---- concurrency

  @Test
  void concurrentAppendsAreAllStored() throws Exception {
    List<List<UUID>> appended =
        together(
            16,
            thread -> {
              List<UUID> mine = new ArrayList<>();
              for (int i = 0; i < 25; i++) {
                Draft draft = draft().mail("user-" + thread).mail("friend-" + thread);
                NewNotification built = draft.build();
                store().queue().append(List.of(built), Handoff.NONE, null);
                mine.addAll(draft.deliveryIds());
              }
              return mine;
            });
    List<UUID> expected = appended.stream().flatMap(List::stream).toList();
    assertThat(idsOf(claimEverything())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void rawDataHasOneRowForEachDelivery() {
    RawState raw = requireRaw();
    appendReady(7);
    append(draft().mail("user-1").suppressed("user-2", SuppressionReason.OPTED_OUT));
    assertThat(raw.notifications()).isEqualTo(2);
    assertThat(raw.deliveries()).isEqualTo(9);
    assertThat(raw.deliveries(DeliveryState.READY)).isEqualTo(8);
    assertThat(raw.deliveries(DeliveryState.SUPPRESSED)).isEqualTo(1);
  }
}
