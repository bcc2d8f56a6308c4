package dev.notifykit.guide;

import static dev.notifykit.test.NotifyAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.provider.Outcome;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.NotifyTest;
import dev.notifykit.test.TestNotifications;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of docs/testing.md that are not a whole class. */
@NotifyTest
@Timeout(60)
final class TestingGuideTest {
  @BeforeEach
  void annIsKnown(NotificationClient client) {
    save(client, "ann", "+14155550123");
    save(client, "bob", "+14155550124");
  }

  private static void save(NotificationClient client, String id, String phone) {
    client.recipients().save(Recipient.builder(id).email(id + "@example.com").phone(phone).build());
  }

  @Test
  void withoutJUnitOrWithOptions() {
    // region options
    QuietHours night = QuietHours.between(LocalTime.of(22, 0), LocalTime.of(7, 0));
    try (TestNotifications notifications =
        TestNotifications.create(
            builder ->
                builder.templates(TemplateSource.classpath("notifications")).quietHours(night))) {
      notifications.advanceTo(Instant.parse("2026-06-01T23:00:00Z"));
      notifications
          .client()
          .notification("order-shipped")
          .to(Recipient.builder("ann").phone("+14155550123").build())
          .with("orderNo", "A-1001")
          .send();
      notifications.awaitIdle();
      assertThat(notifications.sms()).hasNothing(); // until seven in the morning
    }
    // endregion
  }

  @Test
  void reminderIsSentThreeDaysLater(TestNotifications notifications) {
    notifications
        .client()
        .notification("order-shipped")
        .to("ann")
        .with("orderNo", "A-1001")
        .sendAt(notifications.clock().instant().plus(Duration.ofDays(3)))
        .send();
    // region time
    notifications.advance(Duration.ofDays(3).minusSeconds(1));
    assertThat(notifications.email()).hasNothing();
    notifications.advance(Duration.ofSeconds(1));
    assertThat(notifications.email()).hasEmail().to("ann@example.com").once();
    // endregion
  }

  @Test
  void providersFailAsTheyAreTold(TestNotifications notifications) {
    // region failing
    notifications.email().then(3, new Outcome.Retryable("451")); // the next three
    notifications
        .sms()
        .when(request -> request.recipientId().equals("bob"))
        .answer(new Outcome.InvalidTarget("21211")); // some, always
    notifications.sms().otherwise(new Outcome.Rejected("30007")); // all others
    notifications.push().thenAfter(Duration.ofSeconds(12), new Outcome.Accepted("m")); // late
    notifications.push().thenHang(); // never
    notifications.push().thenThrow(new IllegalStateException("a bug"));
    // endregion
    for (String id : new String[] {"ann", "bob"}) {
      notifications.client().notification("order-shipped").to(id).with("orderNo", "A-1").send();
    }
    notifications.advance(Duration.ofHours(1));
    assertThat(notifications.email()).hasEmail().times(5);
    assertThat(notifications.client().history("bob", 10))
        .extracting(Delivery::state)
        .containsExactlyInAnyOrder(DeliveryState.ACCEPTED, DeliveryState.SUPPRESSED);
    assertThat(notifications.client().history("ann", 10))
        .extracting(Delivery::state)
        .containsExactlyInAnyOrder(DeliveryState.ACCEPTED, DeliveryState.DEAD);
  }

  @Test
  void deadLetterIsSentOnceItsCauseIsMended(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    // region dead
    notifications.email().otherwise(new Outcome.Rejected("552"));
    client.notification("order-shipped").to("ann").with("orderNo", "A-1001").send();
    notifications.awaitIdle();
    Delivery dead = client.deadLetters().list().get(0);

    notifications.email().acceptAll(); // from now on; what was recorded stays
    client.deadLetters().replay(dead.id());
    notifications.awaitIdle();
    assertThat(notifications.email()).hasEmail().to("ann@example.com").times(2);
    // endregion
    assertThat(client.deadLetters().list()).isEmpty();
    assertThat(client.history("ann", 10))
        .filteredOn(d -> d.channel() == Channel.EMAIL)
        .extracting(Delivery::state)
        .containsExactly(DeliveryState.ACCEPTED);
  }

  @Test
  void mailServerThatIsDownIsTriedAgain(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    // region retry
    notifications.email().then(3, new Outcome.Retryable("451"));
    Receipt receipt =
        client.notification("order-shipped").to("ann").with("orderNo", "A-1001").send();
    notifications.advance(Duration.ofHours(1));
    assertThat(notifications.email()).hasEmail().onAttempt(4).once();
    // endregion
    assertThat(client.deliveries(receipt.notificationId()))
        .extracting(Delivery::state)
        .containsOnly(DeliveryState.ACCEPTED);
  }
}
