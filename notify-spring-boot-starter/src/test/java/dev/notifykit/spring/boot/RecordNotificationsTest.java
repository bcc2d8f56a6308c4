package dev.notifykit.spring.boot;

import static dev.notifykit.test.NotifyAssertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import java.time.Instant;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** What a test of an application looks like. */
@Timeout(60)
@SpringBootTest(
    classes = RecordNotificationsTest.App.class,
    webEnvironment = SpringBootTest.WebEnvironment.NONE,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:recorded;WRITE_DELAY=0",
      "notify.email.smtp.host=mail.example.com",
      "notify.email.smtp.from=shop@example.com"
    })
@RecordNotifications
class RecordNotificationsTest {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {}

  @Autowired private NotificationClient client;
  @Autowired private RecordedNotifications recorded;

  private void send() {
    client
        .notification("order-placed")
        .to(NotifyAutoConfigurationTest.ANN)
        .with("orderNo", "A-1")
        .send();
  }

  @Test
  void assertionsWaitForWhatIsDue() {
    for (int sent = 1; sent <= 100; sent++) {
      send();
      assertThat(recorded.email()).hasCount(sent);
    }
  }

  /** Nor does the test after it wait for what this one leaves behind. */
  @RepeatedTest(2)
  void whatGetsNoAnswerIsNotWaitedFor() {
    recorded.email().otherwiseHang();
    send();
    assertThat(recorded.email()).hasEmail().to("ann@example.com").once();
  }

  @Test
  void muchThatGetsNoAnswerKeepsNothingElseFromBeingSent() {
    recorded.email().otherwiseHang();
    for (int i = 0; i < 100; i++) {
      send();
    }
    assertThat(recorded.email()).hasCount(100);
  }

  /** The first reset stands for the one before a later test. */
  @Test
  void whatATestLeavesBehindIsNotSentInALaterOne() {
    client.pause(Route.EMAIL);
    try {
      send();
      recorded.reset();
    } finally {
      client.resume(Route.EMAIL);
    }
    recorded.email().then(new Outcome.Retryable("451"));
    send();
    assertThat(recorded.email()).hasCount(1);
    recorded.reset();
    Receipt later =
        client
            .forTenant("acme")
            .notification("order-placed")
            .to(NotifyAutoConfigurationTest.ANN)
            .with("orderNo", "A-1")
            .sendAt(Instant.now().plusSeconds(3_600))
            .send();
    recorded.awaitIdle();
    recorded.reset();
    assertThat(recorded.email()).hasNothing();
    org.assertj.core.api.Assertions.assertThat(
            client.forTenant("acme").deliveries(later.notificationId()))
        .extracting(Delivery::state)
        .containsOnly(DeliveryState.CANCELLED);
    org.assertj.core.api.Assertions.assertThat(client.stats().routes().get(Route.EMAIL).scheduled())
        .isZero();
  }

  @Test
  void whatIsOnAPausedRouteIsNotWaitedFor() {
    client.pause(Route.EMAIL);
    try {
      send();
      assertThat(recorded.email()).hasNothing();
    } finally {
      client.resume(Route.EMAIL);
    }
    assertThat(recorded.email()).hasEmail().once();
  }

  @RepeatedTest(2)
  void everyTestSeesItsOwnMailOnly() {
    send();
    assertThat(recorded.email()).hasEmail().to("ann@example.com").once();
    assertThat(recorded.sms()).hasNothing();
  }

  @Test
  void providersOfThePropertiesAreOut() {
    org.assertj.core.api.Assertions.assertThat(client.stats().providers())
        .noneMatch(provider -> provider.name().equals("smtp"));
    org.assertj.core.api.Assertions.assertThat(recorded.sent()).isEmpty();
  }
}
