package dev.notifykit.spring.boot;

import static dev.notifykit.test.NotifyAssertions.assertThat;

import dev.notifykit.NotificationClient;
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

  @RepeatedTest(2)
  void everyTestSeesItsOwnMailOnly() {
    client
        .notification("order-placed")
        .to(NotifyAutoConfigurationTest.ANN)
        .with("orderNo", "A-1")
        .send();
    recorded.awaitIdle();
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
