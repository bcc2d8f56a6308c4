package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Routing;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookEvent.DeliveryReport;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When one channel stands in for another, and that it does so once. */
@Timeout(120)
class FallbackTest {
  private static final Duration WAIT = Duration.ofMinutes(10);
  private static final Recipient ANN =
      Recipient.builder("ann")
          .device(Device.ios("a".repeat(64)))
          .phone("+14155550100")
          .email("ann@example.com")
          .build();
  private static final Recipient THREE =
      Recipient.builder("bob")
          .device(Device.ios("b".repeat(64)))
          .device(Device.ios("c".repeat(64)))
          .device(Device.ios("d".repeat(64)))
          .phone("+14155550101")
          .build();

  private static NotificationClient.Draft draft(Rig rig, Recipient to) {
    return rig.client
        .notification("hello")
        .to(to)
        .via(Channel.PUSH)
        .with("name", "A")
        .fallback(Channel.PUSH, Channel.SMS)
        .after(WAIT);
  }

  private static Receipt send(Rig rig, Recipient to) {
    Receipt receipt = draft(rig, to).send();
    rig.settle();
    return receipt;
  }

  private static Delivery of(Rig rig, Receipt receipt, Channel channel) {
    List<Delivery> found =
        rig.client.deliveries(receipt.notificationId()).stream()
            .filter(d -> d.channel() == channel)
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static void assertNotNeeded(Delivery standIn) {
    assertThat(standIn.state()).isEqualTo(DeliveryState.SUPPRESSED);
    assertThat(standIn.suppression()).contains(SuppressionReason.NOT_NEEDED);
  }

  /** What some provider reports about a delivery. */
  private static void report(Rig rig, UUID delivery, DeliveryState state) {
    WebhookHandler handler =
        new WebhookHandler(200, "POST") {
          @Override
          protected boolean isGenuine(WebhookRequest request) {
            return true;
          }

          @Override
          protected List<WebhookEvent> read(WebhookRequest request) {
            Origin origin =
                new Origin("e-" + delivery, "any", null, delivery, "", rig.clock.instant());
            return List.of(new DeliveryReport(origin, state, null));
          }
        };
    rig.client.receive(handler, WebhookRequest.builder("POST", "https://shop.example/in").build());
    rig.settle();
  }

  @Test
  void goesOutOnceWhenTheFirstIsUnreadInTimeAndNotBefore() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig, ANN);
      assertThat(of(rig, receipt, Channel.PUSH).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.SCHEDULED);
      rig.pass(WAIT.minusSeconds(1));
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(Duration.ofSeconds(2));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofHours(2));
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.push.sent()).hasSize(1);
    }
  }

  @Test
  void isNotNeededOnceTheFirstWasOpened() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig, ANN);
      UUID push = of(rig, receipt, Channel.PUSH).id();
      assertThat(rig.client.forTenant("other").opened(push)).isFalse();
      assertThat(rig.client.opened(push)).isTrue();
      assertThat(rig.client.opened(push)).isTrue();
      rig.pass(Duration.ofHours(1));
      assertNotNeeded(of(rig, receipt, Channel.SMS));
      assertThat(rig.sms.sent()).isEmpty();
    }
  }

  @Test
  void isNotNeededOnceTheFirstHasArrived() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig, ANN);
      report(rig, of(rig, receipt, Channel.PUSH).id(), DeliveryState.DELIVERED);
      rig.pass(Duration.ofHours(1));
      assertNotNeeded(of(rig, receipt, Channel.SMS));
    }
  }

  @Test
  void goesOutAtOnceAndOnceWhenAReceiptSaysUndelivered() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig, ANN);
      report(rig, of(rig, receipt, Channel.PUSH).id(), DeliveryState.UNDELIVERED);
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofHours(1));
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void goesOutAtOnceWithoutADeviceOrWithADeadOne() {
    try (Rig rig = Rig.open()) {
      Receipt none = send(rig, Recipient.builder("cat").phone("+14155550102").build());
      assertThat(of(rig, none, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(of(rig, none, Channel.PUSH).suppression()).contains(SuppressionReason.NO_ADDRESS);

      rig.push.then(new Outcome.InvalidTarget("Unregistered"));
      rig.client.recipients().save(ANN);
      Receipt dead =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.PUSH)
              .with("name", "A")
              .fallback(Channel.PUSH, Channel.SMS)
              .after(WAIT)
              .send();
      rig.settle();
      assertThat(of(rig, dead, Channel.PUSH).suppression())
          .contains(SuppressionReason.INVALID_TARGET);
      assertThat(of(rig, dead, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void goesOutAtOnceWhenTheFirstIsDeadAndAReplayOfThatIsTheOperatorsWish() {
    try (Rig rig = Rig.open()) {
      rig.push.then(new Outcome.Rejected("BadPriority"));
      Receipt receipt = send(rig, ANN);
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.client.deadLetters().replay(of(rig, receipt, Channel.PUSH).id());
      rig.pass(Duration.ofHours(1));
      assertThat(of(rig, receipt, Channel.PUSH).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void ofThreeDevicesEveryOneHasToFail() {
    try (Rig rig = Rig.open()) {
      rig.push.then(2, new Outcome.InvalidTarget("Unregistered"));
      Receipt receipt = send(rig, THREE);
      rig.pass(Duration.ofMinutes(9));
      assertThat(rig.sms.sent()).isEmpty();
      assertThat(of(rig, receipt, Channel.SMS).state().isTerminal()).isFalse();
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.sms.sent()).as("one took it and nobody read it").hasSize(1);

      rig.push.then(3, new Outcome.Rejected("BadPriority"));
      send(rig, THREE);
      assertThat(rig.sms.sent()).hasSize(2);
      rig.pass(Duration.ofHours(1));
      assertThat(rig.sms.sent()).hasSize(2);
    }
  }

  @Test
  void whatStillWaitsAtItsTimeIsWithdrawnSoThatOneOfThemGoesOut() {
    try (Rig rig =
        Rig.open(b -> b.retry(RetryPolicy.exponential(Duration.ofHours(1)).maxAttempts(9)))) {
      rig.push.otherwise(
          new Outcome.Throttled("busy", Duration.ofMinutes(30), Outcome.Scope.TARGET));
      Receipt receipt = send(rig, ANN);
      assertThat(of(rig, receipt, Channel.PUSH).state()).isEqualTo(DeliveryState.RETRY_WAIT);
      rig.pass(WAIT.plusSeconds(1));
      assertThat(of(rig, receipt, Channel.PUSH).state()).isEqualTo(DeliveryState.CANCELLED);
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofHours(9));
      assertThat(rig.push.sent()).hasSize(1);
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void waitsForTheAnswerToWhatIsInFlight() {
    try (Rig rig = Rig.open()) {
      rig.push.thenHang();
      Receipt receipt =
          rig.client
              .notification("hello")
              .to(ANN)
              .via(Channel.PUSH)
              .with("name", "A")
              .fallback(Channel.PUSH, Channel.SMS)
              .after(Duration.ofSeconds(5))
              .send();
      rig.push.await(1);
      rig.scheduler.whenSettled(() -> {});
      rig.pass(Duration.ofSeconds(6));
      Await.until(
          "the stand-in has looked",
          () -> of(rig, receipt, Channel.SMS).state() == DeliveryState.RETRY_WAIT);
      assertThat(rig.sms.sent()).isEmpty();

      rig.client.opened(of(rig, receipt, Channel.PUSH).id());
      rig.push.release(new Outcome.Accepted("m"));
      rig.scheduler.whenSettled(rig::settle);
      rig.pass(Duration.ofSeconds(5));
      assertNotNeeded(of(rig, receipt, Channel.SMS));
      assertThat(rig.sms.sent()).isEmpty();
    }
  }

  @Test
  void cancellingCancelsBoth() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = draft(rig, ANN).sendAt(rig.clock.instant().plus(WAIT)).send();
      rig.settle();
      assertThat(rig.client.cancel(receipt.notificationId())).isEqualTo(2);
      rig.pass(Duration.ofDays(1));
      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.push.sent()).isEmpty();
    }
  }

  @Test
  void expiresWithTheNotification() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = draft(rig, ANN).timeToLive(Duration.ofMinutes(5)).send();
      rig.pass(Duration.ofHours(1));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.EXPIRED);
      assertThat(rig.sms.sent()).isEmpty();
    }
  }

  @Test
  void countsFromTheTimeTheFirstIsDue() {
    try (Rig rig = Rig.open()) {
      draft(rig, ANN).sendAt(rig.clock.instant().plus(Duration.ofHours(3))).send();
      rig.pass(Duration.ofHours(3).plusMinutes(9));
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void heedsAnOptOutOfItsOwnChannelThatComesMeanwhile() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig, ANN);
      rig.client.preferences().optOut("ann", Channel.SMS, "default");
      rig.pass(Duration.ofHours(1));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.SUPPRESSED);
      assertThat(rig.sms.sent()).isEmpty();
    }
  }

  @Test
  void doesNotGetAroundAnOptOutOfTheFirst() {
    try (Rig rig = Rig.open()) {
      rig.client.preferences().optOut("ann", Channel.PUSH, "default");
      assertNotNeeded(of(rig, send(rig, ANN), Channel.SMS));
      Recipient late =
          Recipient.builder("late")
              .device(Device.ios("e".repeat(64)))
              .phone("+14155550103")
              .build();
      rig.client.pause(dev.notifykit.Route.APNS);
      Receipt receipt = send(rig, late);
      rig.client.preferences().optOut("late", Channel.PUSH, "default");
      rig.client.resume(dev.notifykit.Route.APNS);
      rig.pass(Duration.ofHours(1));
      assertNotNeeded(of(rig, receipt, Channel.SMS));
      assertThat(rig.sms.sent()).isEmpty();
    }
  }

  @Test
  void takesItsTokensWhenItGoesOut() {
    try (Rig rig = Rig.open(b -> b.rateLimit(RateLimit.perRecipient(2, Duration.ofDays(30))))) {
      Receipt first = send(rig, ANN);
      rig.client.opened(of(rig, first, Channel.PUSH).id());
      rig.pass(Duration.ofHours(1));
      Receipt second = send(rig, ANN);
      assertThat(of(rig, second, Channel.PUSH).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofHours(1));
      assertThat(of(rig, second, Channel.SMS).suppression())
          .contains(SuppressionReason.RATE_LIMITED);
    }
  }

  private static Receipt sendChain(Rig rig, Recipient to) {
    Receipt receipt =
        rig.client
            .notification("hello")
            .to(to)
            .via(Channel.PUSH)
            .with("name", "A")
            .fallback(Channel.PUSH, Channel.SMS)
            .after(WAIT)
            .fallback(Channel.SMS, Channel.EMAIL)
            .after(Duration.ofHours(1))
            .send();
    rig.settle();
    return receipt;
  }

  @Test
  void chains() {
    try (Rig rig = Rig.open()) {
      Receipt unread = sendChain(rig, ANN);
      rig.pass(WAIT.plusSeconds(1));
      assertThat(of(rig, unread, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofMinutes(58));
      assertThat(rig.email.sent()).isEmpty();
      rig.pass(Duration.ofMinutes(3));
      assertThat(rig.email.sent()).hasSize(1);

      Receipt read = sendChain(rig, ANN);
      rig.client.opened(of(rig, read, Channel.PUSH).id());
      rig.pass(Duration.ofHours(3));
      assertNotNeeded(of(rig, read, Channel.SMS));
      assertNotNeeded(of(rig, read, Channel.EMAIL));

      rig.push.then(new Outcome.Rejected("x"));
      rig.sms.then(new Outcome.Rejected("y"));
      Receipt dead = sendChain(rig, ANN);
      rig.pass(Duration.ofSeconds(3)); // a stand-in that just looked looks again a second later
      assertThat(of(rig, dead, Channel.EMAIL).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void inAChainTheLastTakesThePlaceOfOneThatHasNoAddressAtItsTime() {
    try (Rig rig = Rig.open()) {
      Receipt receipt =
          sendChain(
              rig,
              Recipient.builder("dan")
                  .device(Device.ios("f".repeat(64)))
                  .email("d@example.com")
                  .build());
      assertThat(of(rig, receipt, Channel.SMS).suppression())
          .contains(SuppressionReason.NO_ADDRESS);
      rig.pass(WAIT.minusSeconds(1));
      assertThat(rig.email.sent()).isEmpty();
      rig.pass(Duration.ofSeconds(2));
      assertThat(rig.email.sent()).hasSize(1);
    }
  }

  @Test
  void anInboxEntryThatWasReadNeedsNoMail() {
    try (Rig rig = Rig.open()) {
      UUID read = sendInbox(rig).notificationId();
      rig.client.inbox("ann").markRead(rig.client.inbox("ann").list().get(0).id());
      rig.pass(Duration.ofHours(1));
      assertThat(rig.email.sent()).isEmpty();
      assertThat(rig.client.deliveries(read)).allMatch(d -> d.state().isTerminal());
      sendInbox(rig);
      rig.pass(Duration.ofHours(1));
      assertThat(rig.email.sent()).hasSize(1);
    }
  }

  private static Receipt sendInbox(Rig rig) {
    Receipt receipt =
        rig.client
            .notification("hello")
            .to(ANN)
            .via(Channel.INBOX)
            .with("name", "A")
            .fallback(Channel.INBOX, Channel.EMAIL)
            .after(WAIT)
            .send();
    rig.settle();
    return receipt;
  }

  @Test
  void aCategoryMayHaveOneForAllItsNotifications() {
    Category codes =
        Category.builder("codes").fallback(Channel.PUSH, Channel.SMS).after(WAIT).build();
    try (Rig rig = Rig.open(b -> b.category(codes))) {
      rig.push.then(new Outcome.Rejected("x"));
      Receipt receipt =
          rig.client.notification("hello").to(ANN).category("codes").with("name", "A").send();
      rig.settle();
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      Receipt mail =
          rig.client
              .notification("hello")
              .to(ANN)
              .via(Channel.EMAIL)
              .category("codes")
              .with("name", "A")
              .send();
      rig.settle();
      assertThat(rig.client.deliveries(mail.notificationId())).hasSize(1);
    }
  }

  @Test
  void explainShowsIt() {
    try (Rig rig = Rig.open()) {
      assertThat(draft(rig, ANN).explain().toString())
          .contains("stands in for PUSH if that has not arrived by");
      assertThat(
              draft(rig, Recipient.builder("x").phone("+14155550104").build()).explain().toString())
          .contains("in place of PUSH, where no address works");
    }
  }

  private static void assertRefused(NotificationClient.Draft draft, String what) {
    assertThatThrownBy(draft::send)
        .isInstanceOf(InvalidNotificationException.class)
        .hasMessageContaining("fallback")
        .hasMessageContaining(what);
  }

  @Test
  void refusesWhatCannotBeMeant() {
    try (Rig rig = Rig.open()) {
      assertRefused(draft(rig, ANN).fallback(Channel.EMAIL, Channel.INBOX).after(WAIT), "EMAIL");
      assertRefused(
          draft(rig, ANN).fallback(Channel.PUSH, Channel.EMAIL).after(WAIT), "second time");
      assertRefused(draft(rig, ANN).fallback(Channel.SMS, Channel.PUSH).after(WAIT), "PUSH");
      assertThatThrownBy(() -> draft(rig, ANN).fallback(Channel.SMS, Channel.SMS).after(WAIT))
          .isInstanceOf(InvalidNotificationException.class);
      assertThatThrownBy(
              () -> draft(rig, ANN).fallback(Channel.SMS, Channel.EMAIL).after(Duration.ZERO))
          .isInstanceOf(InvalidNotificationException.class);
    }
  }

  @Test
  void whatWaitsForOneLimitTakesNothingOfAnother() {
    try (Rig rig =
        Rig.open(
            b ->
                b.rateLimit(RateLimit.perRecipient(2, Duration.ofDays(10)).channel(Channel.SMS))
                    .rateLimit(
                        RateLimit.perTenant(1, Duration.ofHours(1))
                            .channel(Channel.SMS)
                            .onLimit(OnLimit.DEFER)))) {
      Receipt receipt = send(rig, ANN);
      rig.pass(WAIT.minusSeconds(1));
      rig.sent(rig.client.notification("hello").to(THREE).via(Channel.SMS).with("name", "B"));
      assertThat(rig.sms.sent()).hasSize(1);
      rig.pass(Duration.ofHours(3));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      Receipt second =
          rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", "A").send();
      rig.settle();
      assertThat(rig.only(second).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void waitCountsFromWhenARateLimitLetsTheFirstGo() {
    RateLimit hourly =
        RateLimit.perRecipient(1, Duration.ofHours(1)).channel(Channel.PUSH).onLimit(OnLimit.DEFER);
    try (Rig rig = Rig.open(b -> b.rateLimit(hourly))) {
      rig.sent(rig.client.notification("hello").to(ANN).via(Channel.PUSH).with("name", "A"));
      Receipt deferred = send(rig, ANN);
      rig.pass(WAIT.plusSeconds(1));
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(Duration.ofMinutes(50));
      assertThat(of(rig, deferred, Channel.PUSH).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(WAIT);
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void takesItsTokensOnceHoweverOftenItsProviderPutsItOff() {
    try (Rig rig =
        Rig.open(
            b ->
                b.rateLimit(RateLimit.perRecipient(1, Duration.ofDays(30)).channel(Channel.SMS)))) {
      rig.sms.then(2, new Outcome.Throttled("busy", Duration.ofSeconds(1), Outcome.Scope.PROVIDER));
      Receipt receipt = send(rig, ANN);
      rig.pass(WAIT.plusMinutes(5));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.sms.sent()).hasSize(3);
    }
  }

  @Test
  void takesNoTokensWhileItsProviderIsOut() {
    RecordingProvider spare = RecordingProvider.builder(Channel.SMS).name("spare").build();
    try (Rig rig =
        Rig.open(
            b ->
                b.provider(spare)
                    .routing(Channel.SMS, Routing.ordered("recording-sms"))
                    .rateLimit(
                        RateLimit.perRecipient(1, Duration.ofDays(30)).channel(Channel.SMS)))) {
      rig.sms.then(3, new Outcome.Misconfigured("20003"));
      Receipt receipt = send(rig, ANN);
      rig.pass(WAIT.plusMinutes(5));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.sms.sent()).hasSize(4);
      assertThat(spare.sent()).isEmpty();
    }
  }

  @Test
  void takesItsTokensThoughAnAttemptWasSpentBefore() {
    AtomicBoolean isBroken = new AtomicBoolean(true);
    Routing routing =
        Routing.when(
            c -> {
              if (isBroken.get()) {
                throw new IllegalStateException("a defect");
              }
              return true;
            },
            Routing.ordered("recording-sms"));
    try (Rig rig =
        Rig.open(
            b ->
                b.routing(Channel.SMS, routing)
                    .rateLimit(
                        RateLimit.perRecipient(1, Duration.ofDays(30)).channel(Channel.SMS)))) {
      Receipt receipt = send(rig, ANN);
      rig.pass(WAIT.plusMillis(1));
      isBroken.set(false);
      rig.pass(Duration.ofMinutes(5));
      assertThat(of(rig, receipt, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(of(rig, receipt, Channel.SMS).attempts()).isGreaterThan(1);
      Receipt second =
          rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", "A").send();
      rig.settle();
      assertThat(rig.only(second).suppression()).contains(SuppressionReason.RATE_LIMITED);
    }
  }

  @Test
  void refusesToWaitForLongerThanAnythingCanBeScheduled() {
    try (Rig rig = Rig.open()) {
      assertThatThrownBy(
              () ->
                  rig.client
                      .notification("hello")
                      .to(ANN)
                      .via(Channel.PUSH)
                      .with("name", "A")
                      .fallback(Channel.PUSH, Channel.SMS)
                      .after(Duration.ofSeconds(Long.MAX_VALUE))
                      .send())
          .isInstanceOf(InvalidNotificationException.class);
    }
  }
}
