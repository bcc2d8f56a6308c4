package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.ProviderStats;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.event.NotificationEvent.AlertCleared;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.event.NotificationEvent.DeviceDisabled;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each answer of a provider leads to. */
@Timeout(120)
class OutcomeTest {
  private static final Recipient ANN = Recipient.builder("ann").phone("+14155550100").build();
  private static final Outcome ACCEPTED = new Outcome.Accepted("m");

  private static Receipt send(Rig rig) {
    Receipt receipt =
        rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", "A").send();
    rig.settle();
    return receipt;
  }

  private static Receipt send(Rig rig, String category) {
    Receipt receipt =
        rig.client
            .notification("hello")
            .to(ANN)
            .via(Channel.SMS)
            .category(category)
            .with("name", "A")
            .send();
    rig.settle();
    return receipt;
  }

  @Test
  void triesAgainAfterABackoffUnderTheSameDeliveryId() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(2, new Outcome.Retryable("503"));
      Receipt receipt = send(rig);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.RETRY_WAIT);
      rig.pass(Duration.ofMinutes(1));

      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.only(receipt).attempts()).isEqualTo(3);
      assertThat(rig.sms.sent()).extracting(SendRequest::attempt).containsExactly(1, 2, 3);
      assertThat(rig.sms.sent())
          .extracting(SendRequest::deliveryId)
          .hasSize(3)
          .containsOnly(rig.only(receipt).id());
      assertThat(rig.client.attempts(rig.only(receipt).id()))
          .extracting(Attempt::code)
          .containsExactly("503", "503");
    }
  }

  @Test
  void givesUpAfterExactlyMaxAttemptsAndListsADeadLetterThatCanBeReplayed() {
    try (Rig rig =
        Rig.open(b -> b.retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(3)))) {
      rig.sms.then(3, new Outcome.Retryable("503"));
      Receipt receipt = send(rig);
      rig.pass(Duration.ofMinutes(5));

      Delivery dead = rig.only(receipt);
      assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
      assertThat(dead.reason()).isEqualTo(DeadReason.RETRIES_EXHAUSTED.name());
      assertThat(rig.sms.sent()).hasSize(3);
      assertThat(rig.client.deadLetters().list()).containsExactly(dead);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .containsOnlyOnce(AlertKind.DEAD_LETTERS);

      assertThat(rig.client.deadLetters().replay(dead.id())).isTrue();
      rig.settle();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.client.deadLetters().list()).isEmpty();
      assertThat(rig.client.deadLetters().replay(dead.id())).isFalse();
    }
  }

  @Test
  void aRejectionIsDeadAtOnceAndTheOperatorIsToldOncePerKind() {
    try (Rig rig = Rig.open()) {
      rig.sms.otherwise(new Outcome.Rejected("21617"));
      for (int i = 0; i < 10; i++) {
        send(rig);
      }
      assertThat(rig.client.deadLetters().list()).hasSize(10);
      assertThat(rig.events(AlertRaised.class)).hasSize(1);
      Delivery first = rig.client.deadLetters().list().get(0);
      assertThat(rig.client.deadLetters().discard(first.id())).isTrue();
      assertThat(rig.client.deadLetters().list()).hasSize(9);
    }
  }

  @Test
  void neverCallsBeforeRetryAfter() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.Throttled("429", Duration.ofMinutes(5), Outcome.Scope.TARGET));
      send(rig);
      rig.pass(Duration.ofMinutes(5).minusSeconds(1));
      assertThat(rig.sms.sent()).hasSize(1);
      rig.pass(Duration.ofMinutes(1));
      assertThat(rig.sms.sent()).hasSize(2);
    }
  }

  @Test
  void capsAnAbsurdRetryAfter() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.Throttled("429", Duration.ofDays(400), Outcome.Scope.TARGET));
      send(rig);
      rig.pass(Duration.ofMinutes(62));
      assertThat(rig.sms.sent()).hasSize(2);
    }
  }

  @Test
  void aThrottledProviderIsLeftAloneForEveryoneAndCostsNoAttempt() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.Throttled("429", Duration.ofSeconds(30), Outcome.Scope.PROVIDER));
      Receipt first = send(rig);
      Receipt second = send(rig);
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.client.stats().routes().get(Route.SMS).paused()).isTrue();
      rig.pass(Duration.ofSeconds(29));
      assertThat(rig.sms.sent()).hasSize(1);
      rig.pass(Duration.ofSeconds(5));

      assertThat(rig.only(first).attempts()).isEqualTo(1);
      assertThat(rig.only(second).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void opensABreakerTellsOnceProbesAndComesBack() {
    try (Rig rig =
        Rig.open(b -> b.retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(50)))) {
      rig.sms.otherwise(new Outcome.Retryable("503"));
      for (int i = 0; i < 30; i++) {
        send(rig);
      }
      assertThat(provider(rig, "recording-sms").state()).isEqualTo(ProviderStats.State.DOWN);
      int asked = rig.sms.sent().size();
      rig.pass(Duration.ofSeconds(4));
      assertThat(rig.sms.sent()).hasSize(asked);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .containsExactly(AlertKind.PROVIDER_DOWN);

      rig.sms.otherwise(ACCEPTED);
      rig.pass(Duration.ofMinutes(10));
      assertThat(provider(rig, "recording-sms").state()).isEqualTo(ProviderStats.State.UP);
      assertThat(rig.events(AlertCleared.class)).hasSize(1);
      assertThat(rig.client.stats().routes().get(Route.SMS).scheduled()).isZero();
      assertThat(rig.client.deadLetters().list()).isEmpty();
    }
  }

  @Test
  void aMisconfiguredProviderPausesTheRouteSpendsNoAttemptAndRaisesAnAlarm() {
    try (Rig rig = Rig.open(b -> b.retry(RetryPolicy.none()))) {
      rig.sms.otherwise(new Outcome.Misconfigured("20003"));
      Receipt receipt = send(rig);
      send(rig);
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(provider(rig, "recording-sms").state())
          .isEqualTo(ProviderStats.State.MISCONFIGURED);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .containsExactly(AlertKind.PROVIDER_MISCONFIGURED);

      rig.sms.otherwise(ACCEPTED);
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(rig.only(receipt).attempts()).isEqualTo(1);
      assertThat(provider(rig, "recording-sms").state()).isEqualTo(ProviderStats.State.UP);
    }
  }

  private static ProviderStats provider(Rig rig, String name) {
    return rig.client.stats().providers().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anUnknownOutcomeIsRepeatedWhereDuplicatesArePreferred() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.Unknown("timeout"));
      Receipt receipt = send(rig);
      rig.pass(Duration.ofMinutes(1));
      assertThat(rig.sms.sent()).hasSize(2);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void anUnknownOutcomeIsNeverRepeatedWhereSilenceIsPreferred() {
    Category codes =
        Category.builder("codes").unknownOutcome(UnknownOutcome.PREFER_SILENCE).build();
    try (Rig rig = Rig.open(b -> b.category(codes))) {
      rig.sms.then(new Outcome.Unknown("timeout"));
      Receipt receipt = send(rig, "codes");
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.UNKNOWN);
      rig.pass(Duration.ofHours(2));

      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.DEAD);
      assertThat(rig.only(receipt).reason()).isEqualTo(DeadReason.OUTCOME_UNKNOWN.name());
    }
  }

  @Test
  void aProviderThatDoesNotAnswerTimesOutAsUnknownAndALateAnswerChangesNothing() {
    Category codes =
        Category.builder("codes").unknownOutcome(UnknownOutcome.PREFER_SILENCE).build();
    try (Rig rig = Rig.open(b -> b.category(codes))) {
      rig.sms.thenHang();
      Receipt receipt =
          rig.client
              .notification("hello")
              .to(ANN)
              .via(Channel.SMS)
              .category("codes")
              .with("name", "A")
              .send();
      rig.sms.await(1);
      rig.scheduler.whenSettled(() -> {});
      rig.pass(Duration.ofSeconds(31));
      rig.settle();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.UNKNOWN);
      rig.sms.release(ACCEPTED);
      rig.settle();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.UNKNOWN);
    }
  }

  @Test
  void anAnswerInTimeLeavesNoTimerBehind() {
    try (Rig rig = Rig.open()) {
      int before = rig.scheduler.pending();
      rig.sms.thenHang();
      rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", "A").send();
      Await.until("its time to run", () -> rig.scheduler.pending() == before + 1);
      rig.sms.release(ACCEPTED);
      rig.settle();
      assertThat(rig.scheduler.pending()).isEqualTo(before);
    }
  }

  @Test
  void aProviderThatThrowsOrFailsCountsAsUnknown() {
    try (Rig rig = Rig.open()) {
      rig.sms.thenThrow(new IllegalStateException("a bug")).thenFail(new IllegalStateException());
      Receipt receipt = send(rig);
      rig.pass(Duration.ofMinutes(1));
      assertThat(rig.client.attempts(rig.only(receipt).id()))
          .extracting(Attempt::outcome)
          .containsExactly("Unknown", "Unknown");
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aDeadDeviceIsDisabledAndTheOthersStillArrive() {
    try (Rig rig = Rig.open()) {
      Device gone = Device.ios("gone-token");
      Recipient bob =
          Recipient.builder("bob")
              .device(gone)
              .device(Device.android("android-token"))
              .device(Device.web("web-token"))
              .build();
      rig.client.recipients().save(bob);
      rig.push
          .when(r -> r.target().key().equals(gone.id()))
          .answer(new Outcome.InvalidTarget("Unregistered"));
      List<Delivery> deliveries =
          rig.sent(rig.client.notification("hello").to("bob").via(Channel.PUSH).with("name", "B"));

      assertThat(deliveries)
          .extracting(Delivery::state)
          .containsExactlyInAnyOrder(
              DeliveryState.SUPPRESSED, DeliveryState.ACCEPTED, DeliveryState.ACCEPTED);
      assertThat(rig.events(DeviceDisabled.class))
          .singleElement()
          .satisfies(e -> assertThat(e.deviceId()).isEqualTo(gone.id()));
      rig.push.reset();
      rig.sent(rig.client.notification("hello").to("bob").via(Channel.PUSH).with("name", "B"));
      assertThat(rig.push.sent()).hasSize(2);

      rig.client.recipients().registerDevice("bob", gone);
      rig.push.reset();
      rig.sent(rig.client.notification("hello").to("bob").via(Channel.PUSH).with("name", "B"));
      assertThat(rig.push.sent()).hasSize(3);
    }
  }

  @Test
  void aTokenRegisteredAfterItWasDroppedIsKept() {
    try (Rig rig = Rig.open()) {
      Device device = Device.ios("token");
      rig.client.recipients().save(Recipient.builder("bob").device(device).build());
      rig.push.then(
          new Outcome.InvalidTarget("Unregistered", rig.clock.instant().minusSeconds(3600)));
      rig.sent(rig.client.notification("hello").to("bob").via(Channel.PUSH).with("name", "B"));
      rig.pass(Duration.ofMinutes(1));

      assertThat(rig.push.sent()).hasSize(2);
      assertThat(rig.events(DeviceDisabled.class)).isEmpty();
    }
  }

  @Test
  void aWrongTopicDoesNotPruneEveryone() {
    try (Rig rig = Rig.open()) {
      rig.push.otherwise(new Outcome.InvalidTarget("DeviceTokenNotForTopic"));
      for (int i = 0; i < 300; i++) {
        rig.client
            .recipients()
            .save(Recipient.builder("u" + i).device(Device.ios("token-" + i)).build());
        rig.sent(rig.client.notification("hello").to("u" + i).via(Channel.PUSH).with("name", i));
      }
      assertThat(rig.events(DeviceDisabled.class)).hasSizeLessThan(60);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .contains(AlertKind.MASS_INVALIDATION);
    }
  }

  @Test
  void anInvalidAddressIsNotUsedAgain() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.InvalidTarget("21211"));
      send(rig);
      Receipt again = send(rig);
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.only(again).suppression()).contains(SuppressionReason.INVALID_TARGET);
    }
  }

  @Test
  void anOptOutTheProviderKnowsOfBecomesOurs() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.OptedOut("21610"));
      Receipt first = send(rig);
      Receipt again = send(rig);
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.only(first).suppression()).contains(SuppressionReason.OPTED_OUT);
      assertThat(rig.only(again).suppression()).contains(SuppressionReason.CHANNEL_OFF);
    }
  }

  @Test
  void asksAProviderNoMoreThanItsLimitAllows() {
    try (Rig rig =
        Rig.open(
            b -> b.rateLimit(RateLimit.perProvider("recording-sms", 10, Duration.ofSeconds(10))))) {
      for (int i = 0; i < 30; i++) {
        send(rig);
      }
      assertThat(rig.sms.sent()).hasSize(10);
      rig.pass(Duration.ofSeconds(5));
      assertThat(rig.sms.sent()).hasSizeBetween(11, 15);
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.sms.sent()).hasSize(30);
      assertThat(rig.sms.sent()).extracting(SendRequest::attempt).containsOnly(1);
    }
  }

  @Test
  void asksAProviderNoMoreThanEachOfItsLimitsAllows() {
    RateLimit fast = RateLimit.perProvider("recording-sms", 3, Duration.ofSeconds(10));
    RateLimit slow = RateLimit.perProvider("recording-sms", 5, Duration.ofDays(1));
    for (List<RateLimit> limits : List.of(List.of(fast, slow), List.of(slow, fast))) {
      try (Rig rig = Rig.open(b -> b.rateLimit(limits.get(0)).rateLimit(limits.get(1)))) {
        for (int i = 0; i < 20; i++) {
          send(rig);
        }
        assertThat(rig.sms.sent()).hasSize(3);
        rig.pass(Duration.ofHours(1));
        assertThat(rig.sms.sent()).hasSize(5);
        rig.pass(Duration.ofDays(4));
        assertThat(rig.sms.sent()).hasSize(20);
      }
    }
  }

  @Test
  void aThrottledProviderIsLeftAloneNoLongerThanItsChannelsPolicyAllows() {
    RetryPolicy patient = RetryPolicy.exponential(Duration.ofSeconds(1));
    try (Rig rig =
        Rig.open(b -> b.retry(Channel.SMS, patient.maxRetryAfter(Duration.ofMinutes(1))))) {
      rig.sms.then(new Outcome.Throttled("429", Duration.ofHours(1), Outcome.Scope.PROVIDER));
      Receipt receipt = send(rig);
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aHangingRouteHoldsUpNoOther() {
    try (Rig rig = Rig.open()) {
      rig.sms.otherwiseHang();
      for (int i = 0; i < 200; i++) {
        rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", i).send();
      }
      rig.client
          .notification("hello")
          .to(Recipient.builder("bob").email("bob@example.com").build())
          .via(Channel.EMAIL)
          .with("name", "B")
          .send();
      rig.email.await(1);
      rig.sms.await(64);
      assertThat(rig.sms.peakInFlight()).isEqualTo(64);
      rig.sms.otherwise(ACCEPTED);
      rig.sms.release(ACCEPTED);
      rig.settle();
      assertThat(rig.sms.sent()).hasSize(200);
    }
  }

  @Test
  void aTemplateThatCannotBeRenderedAnyMoreIsADeadLetter() {
    java.util.concurrent.atomic.AtomicReference<String> text =
        new java.util.concurrent.atomic.AtomicReference<>("ok");
    try (Rig rig = Rig.open()) {
      text.set("");
      Receipt receipt =
          rig.client
              .notification("hello")
              .to(Recipient.builder("bob").email("bob@example.com").build())
              .via(Channel.EMAIL)
              .with("name", "line\r\nBcc: eve@example.com")
              .send();
      rig.settle();
      assertThat(rig.email.sent()).isEmpty();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.DEAD);
      assertThat(rig.only(receipt).reason()).isEqualTo(DeadReason.RENDERING_FAILED.name());
    }
  }
}
