package dev.notifykit.guide;

import static dev.notifykit.test.NotifyAssertions.assertThat;

import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.test.NotifyTest;
import dev.notifykit.test.TestNotifications;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// region first
@NotifyTest
class ShippingTest {
  @BeforeEach
  void annIsKnown(NotificationClient client) {
    client.recipients().save(Recipient.builder("ann").name("Ann").email("ann@example.com").build());
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
  }
}
// endregion
