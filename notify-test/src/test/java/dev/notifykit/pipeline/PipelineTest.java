package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.Channel;
import dev.notifykit.ClientClosedException;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.EventConflictException;
import dev.notifykit.Explanation;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.NotificationException;
import dev.notifykit.Preferences;
import dev.notifykit.Priority;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.SuppressionReason;
import dev.notifykit.TemplateException;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.ManualScheduler;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From {@code send} to what the provider was asked: who gets what, when, and who does not. */
@Timeout(120)
class PipelineTest {
  private static final Recipient ANN =
      Recipient.builder("ann").name("Ann").email("ann@example.com").phone("+14155550100").build();

  private static String text(SendRequest request) {
    return ((SmsMessage) request.message()).text();
  }

  @Test
  void rendersTheTemplateInTheRecipientsLanguageAndEscapesOnlyHtml() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.recipients().save(ANN.toBuilder().build());
      rig.client
          .recipients()
          .save(Recipient.builder("min").email("min@example.com").locale(Locale.KOREA).build());
      rig.sent(
          rig.client.notification("hello").to("ann", "min").via(Channel.EMAIL).with("name", "<A>"));

      List<SendRequest> sent = rig.email.sent();
      assertThat(sent).hasSize(2);
      EmailMessage english = (EmailMessage) sent.get(0).message();
      assertThat(english.html()).contains("<p>Hello &lt;A&gt;</p>");
      assertThat(english.text()).contains("Hello <A>");
      EmailMessage korean = (EmailMessage) sent.get(1).message();
      assertThat(korean.subject()).isEqualTo("안녕하세요 <A>");
    }
  }

  @Test
  void sendsEveryChannelTheTemplateAndTheProfileHave() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      List<Delivery> deliveries =
          rig.sent(rig.client.notification("hello").to("ann").with("name", "Ann"));

      assertThat(deliveries)
          .extracting(Delivery::channel)
          .containsExactlyInAnyOrder(Channel.EMAIL, Channel.SMS, Channel.INBOX);
      assertThat(deliveries).allMatch(d -> d.state() == DeliveryState.ACCEPTED);
      assertThat(rig.client.inbox("ann").list()).hasSize(1);
      assertThat(rig.client.inbox("ann").unread()).isEqualTo(1);
    }
  }

  @Test
  void refusesAMissingParameterByNameAndStoresNothing() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      assertThatThrownBy(() -> rig.client.notification("hello").to("ann").send())
          .isInstanceOf(TemplateException.class)
          .hasMessageContaining("hello")
          .hasMessageContaining("name");
      assertThat(rig.client.history("ann", 10)).isEmpty();
    }
  }

  @Test
  void suppressesWhatTheRecipientOptedOutOf() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.preferences().optOut("ann", Channel.SMS, "marketing");
      List<Delivery> deliveries =
          rig.sent(
              rig.client
                  .notification("hello")
                  .to("ann")
                  .via(Channel.SMS, Channel.EMAIL)
                  .category("marketing")
                  .with("name", "Ann"));

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.email.sent()).hasSize(1);
      assertThat(deliveries)
          .filteredOn(d -> d.channel() == Channel.SMS)
          .singleElement()
          .satisfies(d -> assertThat(d.suppression()).contains(SuppressionReason.CATEGORY_OFF));
    }
  }

  @Test
  void heedsAnOptOutThatComesAfterSendAndBeforeTheClaim() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.pause(Route.SMS);
      Receipt receipt =
          rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A").send();
      rig.client.preferences().optOut("ann", Channel.SMS);
      rig.client.resume(Route.SMS);
      rig.settle();

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.only(receipt).suppression()).contains(SuppressionReason.CHANNEL_OFF);
    }
  }

  /** It was full when it last looked; nobody tells it of the place that came free meanwhile. */
  @Test
  void aRouteThatWasFullWhenItWasPausedGoesOnWhenItIsResumed() {
    try (Rig rig = Rig.open(b -> b.maxInFlight(Route.SMS, 1))) {
      rig.client.recipients().save(ANN);
      rig.sms.thenHang();
      rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A").send();
      rig.sms.await(1);
      int more = 200; // so many that it looks, and finds no place, before all are sent
      for (int i = 0; i < more; i++) {
        rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "B").send();
      }
      rig.client.pause(Route.SMS);
      rig.sms.release(new Outcome.Accepted("m-1"));
      rig.settle();
      assertThat(rig.client.stats().route(Route.SMS).ready()).isEqualTo(more);
      rig.client.resume(Route.SMS);
      rig.settle();

      assertThat(rig.sms.sent()).hasSize(1 + more);
    }
  }

  @Test
  void sendsMandatoryCategoriesInSpiteOfOptOutAndQuietHours() {
    try (Rig rig =
        Rig.open(
            b ->
                b.category(Category.builder("security").mandatory().build())
                    .quietHours(QuietHours.between(LocalTime.of(11, 0), LocalTime.of(13, 0))))) {
      rig.client.recipients().save(ANN);
      rig.client.preferences().mute("ann");
      rig.sent(
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS)
              .category("security")
              .with("name", "A"));

      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void refusesACategoryThatIsNotConfigured() {
    try (Rig rig = Rig.open(b -> b.category(Category.of("marketing")))) {
      rig.client.recipients().save(ANN);
      assertThatThrownBy(
              () -> rig.client.notification("hello").to("ann").category("marketng").send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageContaining("category");
    }
  }

  @Test
  void mutesOneTopicOnly() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.preferences().muteTopic("ann", "friend-7");
      for (String topic : List.of("friend-7", "friend-8")) {
        rig.sent(
            rig.client
                .notification("hello")
                .to("ann")
                .via(Channel.SMS)
                .topic(topic)
                .with("name", topic));
      }
      assertThat(rig.sms.sent()).singleElement().satisfies(r -> assertThat(text(r)).contains("8"));
    }
  }

  @Test
  void whoEndsAMuteIsToldAgainAndNarrowerChoicesStand() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Preferences preferences = rig.client.preferences();
      preferences.optOut("ann", Channel.EMAIL);
      preferences.mute("ann");
      preferences.muteTopic("ann", "friend-7");
      preferences.unmute("ann");
      preferences.unmuteTopic("ann", "friend-7");
      rig.sent(
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS, Channel.EMAIL)
              .topic("friend-7")
              .with("name", "A"));
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.email.sent()).isEmpty();
    }
  }

  @Test
  void holdsBackUntilTheRecipientsQuietHoursEnd() {
    try (Rig rig =
        Rig.open(b -> b.quietHours(QuietHours.between(LocalTime.of(22, 0), LocalTime.of(8, 0))))) {
      // Noon in UTC is nine in the evening in Seoul.
      rig.pass(Duration.ofHours(2));
      rig.client.recipients().save(ANN.toBuilder().zone(ZoneId.of("Asia/Seoul")).build());
      Receipt receipt =
          rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A").send();
      rig.settle();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.SCHEDULED);

      rig.pass(Duration.ofHours(9).minusSeconds(1));
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(Duration.ofSeconds(2));
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void suppressesWhatWouldExpireBeforeQuietHoursEnd() {
    try (Rig rig =
        Rig.open(b -> b.quietHours(QuietHours.between(LocalTime.of(11, 0), LocalTime.of(18, 0))))) {
      rig.client.recipients().save(ANN);
      List<Delivery> deliveries =
          rig.sent(
              rig.client
                  .notification("hello")
                  .to("ann")
                  .via(Channel.SMS)
                  .timeToLive(Duration.ofHours(1))
                  .with("name", "A"));

      assertThat(deliveries)
          .singleElement()
          .satisfies(d -> assertThat(d.suppression()).contains(SuppressionReason.QUIET_HOURS));
    }
  }

  @Test
  void quietHoursThatBeginWhileADeliveryWaitsHoldItBackWithoutSpendingAnAttempt() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.pause(Route.SMS);
      Receipt receipt =
          rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A").send();
      rig.client
          .preferences()
          .quietHours("ann", QuietHours.between(LocalTime.of(11, 0), LocalTime.of(13, 0)));
      rig.client.resume(Route.SMS);
      rig.settle();

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.only(receipt).attempts()).isZero();
      rig.pass(Duration.ofHours(1));
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void dropsWhatExceedsARateLimit() {
    try (Rig rig = Rig.open(b -> b.rateLimit(RateLimit.perRecipient(3, Duration.ofHours(1))))) {
      rig.client.recipients().save(ANN);
      for (int i = 0; i < 5; i++) {
        rig.sent(rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", i));
      }
      assertThat(rig.sms.sent()).hasSize(3);
      assertThat(rig.client.history("ann", 10))
          .filteredOn(
              d -> d.suppression().equals(java.util.Optional.of(SuppressionReason.RATE_LIMITED)))
          .hasSize(2);
    }
  }

  @Test
  void defersWhatExceedsARateLimitThatDefers() {
    try (Rig rig =
        Rig.open(
            b ->
                b.rateLimit(
                    RateLimit.perRecipient(2, Duration.ofHours(1)).onLimit(OnLimit.DEFER)))) {
      rig.client.recipients().save(ANN);
      for (int i = 0; i < 3; i++) {
        rig.sent(rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", i));
      }
      assertThat(rig.sms.sent()).hasSize(2);
      rig.pass(Duration.ofMinutes(29));
      assertThat(rig.sms.sent()).hasSize(2);
      rig.pass(Duration.ofMinutes(2));
      assertThat(rig.sms.sent()).hasSize(3);
    }
  }

  @Test
  void whatWouldExpireBeforeItsTokenKeepsNoneFromTheNext() {
    try (Rig rig =
        Rig.open(
            b ->
                b.rateLimit(
                    RateLimit.perRecipient(1, Duration.ofHours(1)).onLimit(OnLimit.DEFER)))) {
      rig.client.recipients().save(ANN);
      for (int i = 0; i < 10; i++) {
        rig.sent(
            rig.client
                .notification("hello")
                .to("ann")
                .via(Channel.SMS)
                .with("name", i)
                .timeToLive(Duration.ofHours(1)));
      }
      rig.pass(Duration.ofHours(1));
      rig.sent(rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "next"));
      assertThat(rig.sms.sent()).hasSize(2);
    }
  }

  @Test
  void aRepeatedEventSendsNothingAndGetsTheFirstReceipt() {
    try (Rig rig = Rig.open(b -> b.rateLimit(RateLimit.perRecipient(1, Duration.ofHours(1))))) {
      rig.client.recipients().save(ANN);
      Receipt first =
          rig.client
              .notification("hello")
              .eventId("e1")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .send();
      Receipt again =
          rig.client
              .notification("hello")
              .eventId("e1")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .send();
      rig.settle();

      assertThat(again.isDuplicate()).isTrue();
      assertThat(again.notificationId()).isEqualTo(first.notificationId());
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.client.history("ann", 10)).hasSize(1);
    }
  }

  @Test
  void refusesOtherContentUnderAUsedEventId() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.notification("hello").eventId("e1").to("ann").with("name", "A").send();
      assertThatThrownBy(
              () ->
                  rig.client.notification("hello").eventId("e1").to("ann").with("name", "B").send())
          .isInstanceOf(EventConflictException.class)
          .hasMessageContaining("e1");
      Receipt inBatch =
          rig.client
              .sendAll(
                  List.of(
                      Notification.builder("hello")
                          .eventId("e1")
                          .to("ann")
                          .with("name", "C")
                          .build()))
              .get(0);
      assertThat(inBatch.status()).isEqualTo(Receipt.Status.CONFLICT);
    }
  }

  @Test
  void anEventIdIsFreeAgainAfterTheDedupeWindow() {
    try (Rig rig = Rig.open(b -> b.dedupe(Duration.ofHours(1)))) {
      rig.client.recipients().save(ANN);
      for (int i = 0; i < 2; i++) {
        rig.sent(
            rig.client
                .notification("hello")
                .eventId("e1")
                .to("ann")
                .via(Channel.SMS)
                .with("name", "A"));
        rig.pass(Duration.ofMinutes(61));
      }
      assertThat(rig.sms.sent()).hasSize(2);
    }
  }

  @Test
  void refusesAMalformedEventIdWhenAPolicyIsSet() {
    try (Rig rig = Rig.open(b -> b.eventIds(EventIdPolicy.SERVICE_SCOPED))) {
      rig.client.recipients().save(ANN);
      assertThatThrownBy(
              () ->
                  rig.client.notification("hello").eventId("42").to("ann").with("name", "A").send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageContaining("service#unique");
    }
  }

  @Test
  void sendsAtItsTimeAndNotBefore() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .sendAt(rig.clock.instant().plus(Duration.ofDays(3)))
              .send();
      rig.pass(Duration.ofDays(3).minusSeconds(1));
      assertThat(rig.sms.sent()).isEmpty();
      rig.pass(Duration.ofSeconds(1));
      assertThat(rig.sms.sent()).hasSize(1);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  /** As after a machine's sleep, or when its clock is set. */
  @Test
  void sendsSoonWhatFellDueWhileTimersStoodStill() {
    SettableClock clock = new SettableClock();
    ManualScheduler timers = new ManualScheduler(new SettableClock());
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    try (NotificationClient client =
        NotificationClient.builder().clock(clock).scheduler(timers).provider(sms).build()) {
      timers.whenSettled(() -> Await.until("the pipeline settles", client::isIdle));
      client
          .notification()
          .to(Recipient.builder("ann").phone("+14155550123").build())
          .content(SmsMessage.of("Hello"))
          .sendAt(clock.instant().plus(Duration.ofHours(9)))
          .send();
      timers.advance(Duration.ofMinutes(1));
      clock.advance(Duration.ofHours(9));
      assertThat(sms.sent()).isEmpty();
      timers.advance(Duration.ofSeconds(1));
      assertThat(sms.sent()).hasSize(1);
    }
  }

  @Test
  void refusesAScheduleInThePast() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Instant past = rig.clock.instant().minusSeconds(61);
      assertThatThrownBy(
              () ->
                  rig.client.notification("hello").to("ann").with("name", "A").sendAt(past).send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessage(
              "sendAt is %s, which is past: the store's clock says %s", past, rig.clock.instant());
    }
  }

  @Test
  void refusesALimitOfACategoryThereIsNot() {
    NotificationClient.Builder builder =
        NotificationClient.builder()
            .category(Category.of("marketing"))
            .rateLimit(RateLimit.perRecipient(1, Duration.ofHours(1)).category("default"))
            .rateLimit(RateLimit.perRecipient(1, Duration.ofHours(1)).category("marketign"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("rateLimit: there is no category 'marketign'; there are [marketing]");
  }

  @Test
  void aTemplateOfACategoryThereIsNotIsNamed() {
    Map<String, String> files =
        Map.of("sale/sms.txt", "Sale", "sale/template.properties", "category=marketign");
    try (Rig rig =
        Rig.open(b -> b.category(Category.of("marketing")).templates(TemplateSource.of(files)))) {
      assertThatThrownBy(rig.client.notification("sale").to("ann")::send)
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessage(
              "category of the template 'sale' is none of the configured ones: [marketing]");
    }
  }

  @Test
  void refusesAChoiceAboutACategoryThereIsNot() {
    try (Rig rig = Rig.open(builder -> builder.category(Category.of("marketing")))) {
      Preferences preferences = rig.client.preferences();
      for (ThrowingCallable choice :
          List.<ThrowingCallable>of(
              () -> preferences.optOut("ann", "marketign"),
              () -> preferences.optOut("ann", Channel.SMS, "marketign"),
              () -> preferences.optIn("ann", "marketign"),
              () -> preferences.optIn("ann", Channel.SMS, "marketign"))) {
        assertThatThrownBy(choice)
            .isInstanceOf(InvalidNotificationException.class)
            .hasMessage("category is none of the configured ones: [marketing]");
      }
      preferences.optOut("ann", "marketing");
      preferences.optOut("ann", "default");
      assertThat(preferences.of("ann").choices()).hasSize(2);
    }
    try (Rig rig = Rig.open()) { // no categories: any will do
      rig.client.preferences().optOut("ann", "anything");
    }
  }

  @Test
  void anEventRepeatedAfterItsTimeGetsTheFirstReceipt() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Notification reminder =
          Notification.builder("hello")
              .eventId("e1")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .sendAt(rig.clock.instant().plusSeconds(60))
              .build();
      Receipt first = rig.client.send(reminder);
      rig.pass(Duration.ofHours(1));

      Receipt again = rig.client.send(reminder);
      assertThat(again.isDuplicate()).isTrue();
      assertThat(again.notificationId()).isEqualTo(first.notificationId());
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void cancelsWhatWaits() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS, Channel.EMAIL)
              .with("name", "A")
              .sendAt(rig.clock.instant().plusSeconds(60))
              .send();
      assertThat(rig.client.cancel(receipt.notificationId())).isEqualTo(2);
      rig.pass(Duration.ofMinutes(2));

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.client.deliveries(receipt.notificationId()))
          .allMatch(d -> d.state() == DeliveryState.CANCELLED);
      assertThat(rig.client.cancel(receipt.notificationId())).isZero();
    }
  }

  @Test
  void expiresWhatWaitedTooLong() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.pause(Route.SMS);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .timeToLive(Duration.ofMinutes(5))
              .send();
      rig.clock.advance(Duration.ofMinutes(6));
      rig.client.resume(Route.SMS);
      rig.settle();

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.EXPIRED);
    }
  }

  @Test
  void anUrgentOneOvertakesACampaign() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.pause(Route.SMS);
      List<Notification> campaign =
          IntStream.range(0, 1_000)
              .mapToObj(
                  i ->
                      Notification.builder("hello")
                          .to("ann")
                          .via(Channel.SMS)
                          .priority(Priority.LOW)
                          .with("name", i)
                          .build())
              .toList();
      rig.client.sendAll(campaign);
      rig.client
          .notification("hello")
          .to("ann")
          .via(Channel.SMS)
          .priority(Priority.HIGH)
          .with("name", "code")
          .send();
      rig.client.resume(Route.SMS);
      rig.settle();

      assertThat(text(rig.sms.sent().get(0))).isEqualTo("Hello code");
      assertThat(rig.sms.sent()).hasSize(1_001);
    }
  }

  @Test
  void oneCallReachesTenThousandRecipientsOnceEach() {
    try (Rig rig = Rig.open()) {
      List<String> ids = IntStream.range(0, 10_000).mapToObj(i -> "user-" + i).toList();
      ids.forEach(
          id ->
              rig.client
                  .recipients()
                  .save(Recipient.builder(id).email(id + "@example.com").build()));
      Receipt receipt =
          rig.client.notification("hello").to(ids).via(Channel.EMAIL).with("name", "all").send();
      rig.settle();

      assertThat(rig.email.sent()).hasSize(10_000);
      assertThat(rig.email.sent().stream().map(SendRequest::recipientId).distinct())
          .hasSize(10_000);
      assertThat(rig.client.deliveries(receipt.notificationId())).hasSize(10_000);
    }
  }

  @Test
  void storesNothingOfABatchWithOneMalformedNotification() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Notification good = Notification.builder("hello").to("ann").with("name", "A").build();
      Notification bad = Notification.builder("nowhere").to("ann").build();
      assertThatThrownBy(() -> rig.client.sendAll(List.of(good, bad)))
          .isInstanceOf(TemplateException.class);
      assertThat(rig.client.history("ann", 10)).isEmpty();
    }
  }

  /** By a check before profiles are read, by one after, by the template, and by a null. */
  @Test
  void saysWhichOfABatchIsRefused() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Notification good = Notification.builder("hello").to("ann").with("name", "A").build();
      Notification unknown = Notification.builder("nowhere").to("ann").build();
      Notification incomplete = Notification.builder("hello").to("ann").build();
      Notification past =
          Notification.builder("hello")
              .to("ann")
              .with("name", "A")
              .sendAt(rig.clock.instant().minusSeconds(3_600))
              .build();
      assertRefused(rig, good, unknown, TemplateException.class);
      assertRefused(rig, good, incomplete, TemplateException.class);
      Notification another =
          Notification.builder("hello").tenant("another").to("ann").with("name", "A").build();
      assertRefused(rig, another, incomplete, TemplateException.class);
      assertRefused(rig, good, past, InvalidNotificationException.class);
      assertThatThrownBy(() -> rig.client.sendAll(Arrays.asList(good, null)))
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessage("notifications[1]: notification is null");
      assertThat(rig.client.history("ann", 10)).isEmpty();
    }
  }

  private static void assertRefused(
      Rig rig, Notification good, Notification bad, Class<? extends NotificationException> type) {
    NotificationException alone = catchThrowableOfType(type, () -> rig.client.send(bad));
    assertThat(alone.position()).isEmpty();
    NotificationException ofThree =
        catchThrowableOfType(type, () -> rig.client.sendAll(List.of(good, good, bad, good)));
    assertThat(ofThree.position()).hasValue(2);
    assertThat(ofThree).hasMessage("notifications[2]: " + alone.getMessage());
    if (alone instanceof InvalidNotificationException invalid) {
      assertThat(((InvalidNotificationException) ofThree).field()).isEqualTo(invalid.field());
    }
  }

  @Test
  void saysWhyNobodyWasReached() {
    try (Rig rig = Rig.open()) {
      List<Delivery> unknown =
          rig.sent(
              rig.client.notification("hello").to("nobody").via(Channel.SMS).with("name", "A"));
      assertThat(unknown)
          .singleElement()
          .satisfies(d -> assertThat(d.suppression()).contains(SuppressionReason.NO_ADDRESS));

      Recipient broken = Recipient.builder("bob").email("not an address").build();
      List<Delivery> invalid =
          rig.sent(
              rig.client.notification("hello").to(broken).via(Channel.EMAIL).with("name", "A"));
      assertThat(invalid)
          .singleElement()
          .satisfies(d -> assertThat(d.suppression()).contains(SuppressionReason.INVALID_TARGET));
    }
  }

  @Test
  void twoRecipientsWithOneAddressGetOneMail() {
    try (Rig rig = Rig.open()) {
      Recipient twin = Recipient.builder("twin").email("ann@example.com").build();
      List<Delivery> deliveries =
          rig.sent(
              rig.client
                  .notification("hello")
                  .to(ANN)
                  .to(twin)
                  .via(Channel.EMAIL)
                  .with("name", "A"));
      assertThat(rig.email.sent()).hasSize(1);
      assertThat(deliveries)
          .filteredOn(d -> d.state() == DeliveryState.SUPPRESSED)
          .singleElement()
          .satisfies(d -> assertThat(d.suppression()).contains(SuppressionReason.DUPLICATE));
    }
  }

  @Test
  void explainsEveryDecisionInOrderAndSendsNothing() {
    try (Rig rig = Rig.open(b -> b.rateLimit(RateLimit.perRecipient(1, Duration.ofHours(1))))) {
      rig.client.recipients().save(ANN);
      rig.client.preferences().optOut("ann", Channel.SMS);
      Notification notification =
          Notification.builder("hello")
              .to("ann")
              .via(Channel.SMS, Channel.EMAIL)
              .with("name", "A")
              .build();
      Explanation explanation = rig.client.explain(notification);
      rig.settle();

      assertThat(explanation.decisions())
          .extracting(Explanation.Decision::stage)
          .isSubsetOf(Explanation.Stage.values());
      assertThat(explanation.toString()).contains("CHANNEL_OFF").doesNotContain("ann@example.com");
      assertThat(explanation.wouldSend()).isTrue();
      assertThat(rig.email.sent()).isEmpty();
      assertThat(rig.client.history("ann", 10)).isEmpty();
      // It took no token: the one there is still sends.
      rig.sent(rig.client.notification("hello").to("ann").via(Channel.EMAIL).with("name", "A"));
      assertThat(rig.email.sent()).hasSize(1);
    }
  }

  @Test
  void explainBlamesNoNotificationForAStoreThatDoesNotAnswer() {
    NotificationStore down =
        FaultyStore.before(
            InMemoryStore.create(),
            "restrictions",
            () -> {
              throw new StoreException("the store does not answer");
            });
    try (Rig rig = Rig.open(b -> b.store(down))) {
      NotificationClient.Draft draft = rig.client.notification("hello").to(ANN).with("name", "A");
      assertThatThrownBy(draft::explain)
          .isInstanceOf(StoreException.class)
          .hasMessage("the store does not answer");
    }
  }

  @Test
  void tenantsShareNothing() {
    try (Rig rig = Rig.open()) {
      var acme = rig.client.forTenant("acme");
      var other = rig.client.forTenant("other");
      acme.recipients().save(ANN);
      Receipt receipt =
          acme.notification("hello")
              .eventId("e1")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .send();
      rig.settle();

      assertThat(other.recipients().find("ann")).isEmpty();
      assertThat(other.deliveries(receipt.notificationId())).isEmpty();
      assertThat(other.cancel(receipt.notificationId())).isZero();
      other.recipients().save(ANN);
      Receipt same =
          other
              .notification("hello")
              .eventId("e1")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .send();
      assertThat(same.isDuplicate()).isFalse();
    }
  }

  @Test
  void erasesAPersonFromTheQueueToo() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS)
              .with("name", "A")
              .sendAt(rig.clock.instant().plusSeconds(60))
              .send();
      rig.client.recipients().erase("ann");
      rig.pass(Duration.ofMinutes(2));

      assertThat(rig.sms.sent()).isEmpty();
      assertThat(rig.only(receipt).suppression()).contains(SuppressionReason.ERASED);
      assertThat(rig.client.recipients().find("ann")).isEmpty();
    }
  }

  @Test
  void whatAnErasedPersonDidWithMessagesIsForgottenAndNotRecordedAgain() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      NotificationClient.Draft hello =
          rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A");
      UUID id = rig.sent(hello).get(0).id();
      rig.client.opened(id);
      assertThat(rig.client.tracking(id)).hasSize(1);

      rig.client.recipients().erase("ann");
      assertThat(rig.client.tracking(id)).isEmpty();
      rig.client.opened(id);
      assertThat(rig.client.tracking(id)).as("opened after that").isEmpty();
      rig.settle();
      assertThat(rig.events(NotificationEvent.Tracked.class)).hasSize(1);

      rig.client.recipients().save(ANN);
      rig.client.opened(id);
      assertThat(rig.client.tracking(id)).as("known again").hasSize(1);
    }
  }

  @Test
  void completionTellsTheEndOfEveryDelivery() throws Exception {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(ANN);
      rig.client.pause(Route.SMS);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .via(Channel.SMS, Channel.EMAIL)
              .with("name", "A")
              .send();
      var completion = receipt.completion().toCompletableFuture();
      rig.settle();
      assertThat(completion).isNotDone();
      rig.client.resume(Route.SMS);
      assertThat(completion.get(20, TimeUnit.SECONDS))
          .hasSize(2)
          .allMatch(d -> d.state() == DeliveryState.ACCEPTED);
    }
  }

  @Test
  void tellsListenersOfEveryTransitionAndSurvivesTheirExceptions() {
    try (Rig rig =
        Rig.open(
            b ->
                b.listener(
                    event -> {
                      throw new IllegalStateException("a listener's own trouble");
                    }))) {
      rig.client.recipients().save(ANN);
      rig.sent(rig.client.notification("hello").to("ann").via(Channel.SMS).with("name", "A"));
      assertThat(rig.events(DeliveryChanged.class))
          .extracting(DeliveryChanged::from, e -> e.delivery().state())
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(null, DeliveryState.READY),
              org.assertj.core.groups.Tuple.tuple(DeliveryState.CLAIMED, DeliveryState.ACCEPTED));
    }
  }

  @Test
  void aClosedClientSaysSo() {
    Rig rig = Rig.open();
    rig.client.recipients().save(ANN);
    rig.close();
    assertThatThrownBy(() -> rig.client.notification("hello").to("ann").with("name", "A").send())
        .isInstanceOf(ClientClosedException.class);
    assertThat(rig.sms.isClosed()).isTrue();
    rig.close();
  }

  @Test
  void buildRefusesTwoProvidersOfOneNameAndALimitOfNone() {
    RecordingProvider one = RecordingProvider.of(Channel.SMS);
    RecordingProvider two = RecordingProvider.of(Channel.SMS);
    assertThatThrownBy(() -> Rig.open(b -> b.provider(one).provider(two)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("recording-sms");
    assertThatThrownBy(
            () ->
                Rig.open(
                    b -> b.rateLimit(RateLimit.perProvider("nobody", 1, Duration.ofSeconds(1)))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nobody");
  }
}
