package dev.notifykit.test;

import static dev.notifykit.test.NotifyAssertions.assertThat;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Priority;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.PushMessage;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Routing;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NotifyTest
@Timeout(60)
final class NotifyTestTest {
  @BeforeEach
  void knowAnn(NotificationClient client) {
    client
        .recipients()
        .save(
            Recipient.builder("ann")
                .name("Ann")
                .email("ann@example.com")
                .phone("+14155550123")
                .device(Device.ios("a".repeat(64)))
                .build());
  }

  private static Receipt shipped(TestNotifications notifications, Channel... channels) {
    return notifications
        .client()
        .notification("order-shipped")
        .to("ann")
        .with("orderNo", "A-1001")
        .via(channels)
        .send();
  }

  @Test
  void failureIsDescribedAsTheCallerDoes(TestNotifications notifications) {
    assertThatThrownBy(() -> assertThat(notifications.sms()).as("after 50%").hasSms())
        .hasMessageStartingWith("[after 50%] Expected sms");
    shipped(notifications, Channel.SMS);
    assertThatThrownBy(
            () -> assertThat(notifications.sms()).as("after 50%").hasSms().toRecipient("bob"))
        .hasMessageStartingWith("[after 50%]");
  }

  @Test
  void assertionsWaitForWhatIsDue(TestNotifications notifications) {
    for (int sent = 1; sent <= 100; sent++) {
      shipped(notifications, Channel.EMAIL);
      assertThat(notifications.email()).hasCount(sent);
    }
  }

  @Test
  void failureTellsWhatWasNotSentAndWhy(TestNotifications notifications) {
    notifications.client().preferences().optOut("ann", Channel.SMS);
    shipped(notifications, Channel.SMS);
    notifications
        .client()
        .notification("order-shipped")
        .to("nobody")
        .with("orderNo", "A-1001")
        .via(Channel.EMAIL)
        .sendAt(SettableClock.START.plus(ofHours(1)))
        .send();
    assertThatThrownBy(() -> assertThat(notifications.sms()).hasSms())
        .hasMessageContaining("SMS to ann: SUPPRESSED, CHANNEL_OFF")
        .hasMessageContaining("EMAIL to nobody: SUPPRESSED, NO_ADDRESS");
    assertThatThrownBy(() -> assertThat(notifications).hasPush())
        .hasMessageContaining("CHANNEL_OFF");
  }

  @Test
  void failureTellsWhenWhatWaitsIsDue(TestNotifications notifications) {
    NotificationClient acme = notifications.client().forTenant("acme");
    acme.notification("order-shipped")
        .to(Recipient.builder("bob").email("bob@example.com").build())
        .with("orderNo", "A-1001")
        .via(Channel.EMAIL)
        .sendAt(SettableClock.START.plus(ofHours(1)))
        .send();
    assertThatThrownBy(() -> assertThat(notifications.email()).hasEmail())
        .hasMessageContaining("EMAIL to bob: SCHEDULED, due 2026-06-01T13:00:00Z");
  }

  @Test
  void failureCountsWhatWasAskedFor(TestNotifications notifications) {
    shipped(notifications, Channel.EMAIL);
    assertThatThrownBy(() -> assertThat(notifications.email()).hasEmail().times(2))
        .hasMessageStartingWith("Expected 2 email, but there are 1:");
  }

  @Test
  void customerIsToldThatTheOrderWasShipped(TestNotifications notifications) {
    notifications.client().notification("order-shipped").to("ann").with("orderNo", "A-1001").send();
    notifications.awaitIdle();

    assertThat(notifications.email())
        .hasEmail()
        .to("ann@example.com")
        .withSubject("Your order A-1001 is on its way")
        .containing("Hello Ann")
        .once();
    assertThat(notifications.sms()).hasSms().to("+14155550123").containing("A-1001");
    assertThat(notifications.push()).hasPush().toRecipient("ann").withTitle("On its way");
    assertThat(notifications).hasCount(3);
  }

  @Test
  void reminderIsSentThreeDaysLater(TestNotifications notifications) {
    Instant reminder = notifications.clock().instant().plus(ofDays(3));
    notifications
        .client()
        .notification("order-shipped")
        .to("ann")
        .via(Channel.EMAIL)
        .with("orderNo", "A-1001")
        .sendAt(reminder)
        .send();
    notifications.advance(ofDays(3).minusSeconds(1));
    assertThat(notifications.email()).hasNothing();
    notifications.advance(ofSeconds(1));
    assertThat(notifications.email()).hasEmail().to("ann@example.com").once();
  }

  @Test
  void mailServerThatIsDownIsTriedAgain(TestNotifications notifications) {
    notifications.email().then(3, new Outcome.Retryable("451"));
    Receipt receipt = shipped(notifications, Channel.EMAIL);
    notifications.advance(ofHours(1));

    assertThat(notifications.email()).hasEmail().onAttempt(4).once();
    List<Delivery> deliveries = notifications.client().deliveries(receipt.notificationId());
    assertThat(deliveries).extracting(Delivery::state).containsExactly(DeliveryState.ACCEPTED);
  }

  @Test
  void providerThatNeverAnswersTimesOut(TestNotifications notifications) {
    notifications.sms().thenHang();
    Receipt receipt = shipped(notifications, Channel.SMS);
    notifications.awaitIdle();
    assertThat(stateOf(notifications, receipt)).isEqualTo(DeliveryState.CLAIMED);
    notifications.advance(ofMinutes(10));
    assertThat(notifications.sms()).hasSms().onAttempt(2);
    assertThat(stateOf(notifications, receipt)).isEqualTo(DeliveryState.ACCEPTED);
  }

  /** As where the first use of a template takes its time, or the machine is busy. */
  @Test
  void whatIsStillBeingPreparedIsWaitedForBesideWhatHangs() {
    Routing slow =
        Routing.when(
            candidate -> {
              LockSupport.parkNanos(200_000_000);
              return true;
            },
            Routing.ordered("recording-sms"));
    try (TestNotifications notifications =
        TestNotifications.create(
            builder ->
                builder
                    .templates(dev.notifykit.template.TemplateSource.classpath("notifications"))
                    .routing(Channel.SMS, slow))) {
      knowAnn(notifications.client());
      notifications.email().thenHang();
      shipped(notifications, Channel.EMAIL, Channel.SMS);
      assertThat(notifications.sms()).hasSms().once();
    }
  }

  @Test
  void lateAnswerComesAtItsTime(TestNotifications notifications) {
    notifications.sms().thenAfter(ofSeconds(12), new Outcome.Accepted("late"));
    assertAnswersAfterTwelveSeconds(notifications);
  }

  @Test
  void lateAnswerToSomeComesAtItsTime(TestNotifications notifications) {
    notifications
        .sms()
        .when(request -> request.recipientId().equals("ann"))
        .answerAfter(ofSeconds(12), new Outcome.Accepted("late"));
    assertAnswersAfterTwelveSeconds(notifications);
  }

  private static void assertAnswersAfterTwelveSeconds(TestNotifications notifications) {
    Receipt receipt = shipped(notifications, Channel.SMS);
    notifications.advance(ofSeconds(11));
    assertThat(stateOf(notifications, receipt)).isEqualTo(DeliveryState.CLAIMED);
    notifications.advance(ofSeconds(1));
    assertThat(stateOf(notifications, receipt)).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void everyStepKeepsWhatFitsAndRefusesWhatDoesNot(TestNotifications notifications) {
    notifications
        .client()
        .notification()
        .to("ann")
        .category("orders")
        .priority(Priority.HIGH)
        .content(
            EmailMessage.builder()
                .subject("Your bill")
                .text("It is attached.")
                .header("X-Shop", "7")
                .attachment(Attachment.file("bill.pdf", "application/pdf", new byte[] {1}))
                .build())
        .content(PushMessage.builder().title("Your bill").body("Look.").data("no", "7").build())
        .send();
    SentMessageAssert mail = assertThat(notifications.email()).hasEmail();
    mail.withText("It is attached.").withHeader("x-shop", "7").withAttachment("bill.pdf");
    mail.inCategory("orders").withPriority(Priority.HIGH).withTitle("Your bill").once();
    assertThat(notifications.push()).hasPush().withText("Look.").withData("no", "7").once();
    List<UnaryOperator<SentMessageAssert>> others =
        List.of(
            m -> m.withText("It is"),
            m -> m.withHeader("X-Shop", "8"),
            m -> m.withAttachment("bill"),
            m -> m.withData("no", "7"),
            m -> m.inCategory("news"),
            m -> m.withPriority(Priority.LOW));
    for (UnaryOperator<SentMessageAssert> other : others) {
      assertThatThrownBy(() -> other.apply(assertThat(notifications.email()).hasEmail()))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("what comes nearest is");
    }
  }

  @Test
  void quietNightIsOverInTheMorning() {
    QuietHours night = QuietHours.between(LocalTime.of(22, 0), LocalTime.of(7, 0));
    try (TestNotifications notifications =
        TestNotifications.create(
            builder ->
                builder
                    .templates(dev.notifykit.template.TemplateSource.classpath("notifications"))
                    .quietHours(night)
                    .zone(java.time.ZoneOffset.UTC)
                    .retry(RetryPolicy.none()))) {
      knowAnn(notifications.client());
      notifications.advanceTo(Instant.parse("2026-06-01T23:00:00Z"));
      shipped(notifications, Channel.SMS);
      notifications.advanceTo(Instant.parse("2026-06-02T06:59:59Z"));
      assertThat(notifications.sms()).hasNothing();
      notifications.advanceTo(Instant.parse("2026-06-02T07:00:00Z"));
      assertThat(notifications.sms()).hasSms().once();
    }
  }

  /** In steps from one due task to the next; second by second it would not end in time. */
  @Test
  void monthOfSilencePasses(TestNotifications notifications) {
    notifications.advance(ofDays(30));
    assertThat(notifications).hasNothing();
  }

  @Test
  void parametersAreOfOneFixture(
      TestNotifications notifications,
      NotificationClient client,
      SettableClock clock,
      ManualScheduler scheduler) {
    assertThat(client).isSameAs(notifications.client());
    assertThat(clock).isSameAs(notifications.clock());
    assertThat(scheduler.clock()).isSameAs(clock);
  }

  // ---- failures say what there was

  @Test
  void failedAssertionShowsWhatWasSentInstead(TestNotifications notifications) {
    shipped(notifications, Channel.EMAIL);
    notifications.awaitIdle();
    assertThatThrownBy(
            () ->
                assertThat(notifications.email()).hasEmail().to("ann@example.com").withSubject("x"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("email to ann@example.com titled \"x\"")
        .hasMessageContaining("Your order A-1001 is on its way");
    assertThatThrownBy(() -> assertThat(notifications.email()).hasNothing())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ann@example.com");
    assertThatThrownBy(() -> assertThat(notifications.sms()).hasSms())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(nothing)");
    assertThatThrownBy(() -> assertThat(notifications.email()).hasEmail().times(2))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there are 1");
    assertThatThrownBy(() -> assertThat(notifications).hasNothingFor("ann"))
        .isInstanceOf(AssertionError.class);
    assertThat(notifications).hasNothingFor("bob");
  }

  private static DeliveryState stateOf(TestNotifications notifications, Receipt receipt) {
    return notifications.client().deliveries(receipt.notificationId()).get(0).state();
  }
}
