package dev.notifykit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Inbox;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Priority;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.Routing;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.Subscription;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.NotifyTest;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.TestNotifications;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of docs/templates.md and docs/concepts.md, with no more than the public API. */
@NotifyTest
@Timeout(60)
final class GuideTest {
  @Test
  void templatesAreReadFromTheClassPath() {
    // region templates
    NotificationClient client =
        NotificationClient.builder().templates(TemplateSource.classpath("notifications")).build();
    // endregion
    try (client) {
      assertThat(
              client
                  .explain(
                      client.notification("order-shipped").to("ann").with("orderNo", 1).build())
                  .toString())
          .contains("VALIDATION");
    }
  }

  @Test
  void everyOptionOfTheClientIsInTheGuide() throws IOException {
    String guide = Files.readString(Path.of("../docs/concepts.md"));
    String options = guide.substring(guide.indexOf("## The client's options"));
    Set<String> documented =
        options
            .lines()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> Pattern.compile("\\w+").matcher(line.split("\\|")[1]).results())
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    assertThat(documented)
        .isEqualTo(
            Arrays.stream(NotificationClient.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .collect(Collectors.toSet()));
  }

  @Test
  void aTemplateCanBeLookedAt(NotificationClient client) {
    Map<String, Object> data = Map.of("orderNo", "A-1001");
    // region preview
    Map<Channel, Message> messages = client.preview("order-shipped", Locale.KOREA, data);
    // endregion
    assertThat(messages.get(Channel.SMS)).isInstanceOf(SmsMessage.class);
  }

  @Test
  void deliveriesGoWhereTheRoutingSays() {
    RecordingProvider twilio = RecordingProvider.builder(Channel.SMS).name("twilio").build();
    RecordingProvider vonage = RecordingProvider.builder(Channel.SMS).name("vonage").build();
    try (NotificationClient client = client(twilio, vonage)) {
      Receipt receipt =
          client
              .notification()
              .to(Recipient.builder("ann").phone("+821023456789").build())
              .content(SmsMessage.of("x"))
              .send();
      Delivery delivery = receipt.completion().toCompletableFuture().join().get(0);
      assertThat(delivery.provider()).isEqualTo("vonage");
      assertThat(twilio.sent()).isEmpty();
    }
  }

  private static NotificationClient client(Provider twilio, Provider vonage) {
    // region routing
    NotificationClient client =
        NotificationClient.builder()
            .provider(twilio)
            .provider(vonage)
            .routing(
                Channel.SMS,
                Routing.byCountry(Set.of("KR", "JP"), Routing.ordered("vonage", "twilio"))
                    .otherwise(
                        Routing.when(
                            c -> c.category().equals("codes"), Routing.ordered("twilio", "vonage")))
                    .otherwise(Routing.weighted("twilio", 80).and("vonage", 20)))
            .build();
    // endregion
    return client;
  }

  @Test
  void aTextStandsInForThePush(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    client
        .recipients()
        .save(
            Recipient.builder("user-42")
                .phone("+14155550123")
                .device(Device.ios("a".repeat(64)))
                .build());
    notifications.push().then(new Outcome.Rejected("too large"));
    // region fallback
    client
        .notification("order-shipped")
        .to("user-42")
        .with("orderNo", "A-1001")
        .via(Channel.PUSH)
        .fallback(Channel.PUSH, Channel.SMS)
        .after(Duration.ofMinutes(10))
        .send();
    // endregion
    notifications.awaitIdle();
    notifications.advance(Duration.ofSeconds(2));
    assertThat(notifications.sms().sent()).hasSize(1);
    notifications.advance(Duration.ofHours(1));
    assertThat(notifications.sms().sent()).hasSize(1);
  }

  @Test
  void anInboxIsReadAndFollowed(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    List<String> shown = new CopyOnWriteArrayList<>();
    // region follow
    Inbox inbox = client.inbox("user-42");
    Subscription feed = inbox.subscribe(entry -> shown.add(entry.title())); // until feed.close()
    // endregion
    client
        .notification()
        .to(Recipient.builder("user-42").build())
        .content(InboxMessage.builder().title("Your order has shipped").build())
        .send();
    notifications.awaitIdle();
    // region inbox
    long unread = inbox.unread();
    List<InboxEntry> latest = inbox.list(); // newest first; older ones by list(id, limit)
    inbox.markRead(latest.get(0).id());
    // endregion
    assertThat(unread).isEqualTo(1);
    assertThat(inbox.unread()).isZero();
    assertThat(shown).containsExactly("Your order has shipped");
    feed.close();
  }

  @Test
  void aReminderIsCalledBack(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    client.recipients().save(Recipient.builder("user-42").email("ann@example.com").build());
    Instant tomorrow = notifications.clock().instant().plus(Duration.ofDays(1));
    // region later
    Receipt reminder =
        client
            .notification("order-shipped")
            .to("user-42")
            .with("orderNo", "A-1001")
            .sendAt(tomorrow)
            .timeToLive(Duration.ofHours(6)) // of no use any more after that
            .send();
    int cancelled = client.cancel(reminder.notificationId()); // what still waits of it
    // endregion
    assertThat(cancelled).isEqualTo(1);
    notifications.advance(Duration.ofDays(2));
    assertThat(notifications.email().sent()).isEmpty();
  }

  @Test
  void operatorsAreTold() {
    List<String> pager = new CopyOnWriteArrayList<>();
    // region alerts
    NotificationListener onCall =
        event -> {
          if (event instanceof AlertRaised alert) { // told once, not for each delivery
            pager.add(alert.kind() + " " + alert.subject() + ": " + alert.detail());
          } else if (event instanceof DeliveryChanged changed
              && changed.delivery().state() == DeliveryState.DEAD
              && changed.delivery().category().equals("codes")) {
            pager.add("a code was not sent: " + changed.delivery().reason());
          }
        };
    // endregion
    try (TestNotifications notifications = TestNotifications.create(b -> b.listener(onCall))) {
      notifications.sms().otherwise(new Outcome.Rejected("30007"));
      notifications
          .client()
          .notification()
          .to(Recipient.builder("ann").phone("+14155550123").build())
          .content(SmsMessage.of("123456"))
          .category("codes")
          .send();
      notifications.awaitIdle();
    }
    assertThat(pager)
        .anyMatch(told -> told.startsWith("DEAD_LETTERS REJECTED: "))
        .contains("a code was not sent: REJECTED");
  }

  @Test
  void aCampaignGivesWay(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    List<Recipient> customers =
        IntStream.range(0, 25)
            .mapToObj(i -> Recipient.builder("u" + i).email("u" + i + "@example.com").build())
            .toList();
    int size = 10;
    // region campaign
    for (int from = 0; from < customers.size(); from += size) { // at most 10,000 a notification
      Notification.Builder part =
          Notification.builder("order-shipped")
              .eventId("campaigns#spring-" + from) // a run that broke off is run again as it is
              .priority(Priority.LOW) // what else is sent goes first
              .with("orderNo", "A-1001");
      customers.subList(from, Math.min(from + size, customers.size())).forEach(part::to);
      client.send(part.build());
    }
    // endregion
    notifications.awaitIdle();
    assertThat(notifications.email().sent()).hasSize(25);
  }

  @Test
  void tenantsAreApart(TestNotifications notifications) {
    NotificationClient client = notifications.client();
    // region tenant
    NotificationClient acme = client.forTenant("acme");
    acme.recipients().save(Recipient.builder("ann").email("ann@acme.example").build());
    acme.notification("order-shipped").to("ann").with("orderNo", "A-1001").send();
    // endregion
    notifications.awaitIdle();
    assertThat(notifications.email().sent()).hasSize(1);
    assertThat(client.recipients().find("ann")).isEmpty();
    assertThat(client.history("ann", 10)).isEmpty();
  }
}
