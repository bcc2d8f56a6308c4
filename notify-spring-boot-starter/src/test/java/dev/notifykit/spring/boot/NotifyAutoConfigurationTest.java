package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.NotifyAssertions;
import dev.notifykit.test.RecordingProvider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.StaticMessageSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class NotifyAutoConfigurationTest {
  static final Recipient ANN =
      Recipient.builder("ann").name("Ann").email("ann@example.com").build();

  @Configuration(proxyBeanMethods = false)
  static class Recorded {
    @Bean
    RecordingProvider email() {
      return RecordingProvider.of(Channel.EMAIL);
    }
  }

  private static Receipt send(ApplicationContext context, String eventId) {
    return context
        .getBean(NotificationClient.class)
        .notification("order-placed")
        .eventId(eventId)
        .to(ANN)
        .with("orderNo", "A-1")
        .via(Channel.EMAIL)
        .send();
  }

  private static void complete(Receipt receipt) {
    receipt.completion().toCompletableFuture().join();
  }

  @Test
  void clientDeliversThroughProvidersOfTheContext() {
    Boot.runner()
        .withUserConfiguration(Recorded.class)
        .run(
            context -> {
              complete(send(context, "e1"));
              NotifyAssertions.assertThat(context.getBean(RecordingProvider.class))
                  .hasEmail()
                  .withSubject("Order A-1 is placed")
                  .containing("Thank you, Ann")
                  .once();
            });
  }

  @Test
  void withoutDatabaseTheStoreIsInMemoryAndSaysSo(CapturedOutput output) {
    Boot.runner()
        .run(
            context -> {
              assertThat(context).hasSingleBean(InMemoryStore.class);
              assertThat(output).contains("set notify.store.type to memory");
            });
  }

  @Test
  void memoryThatWasAskedForIsNotWarnedOf(CapturedOutput output) {
    Boot.runner()
        .withPropertyValues("notify.store.type=memory", "notify.store.memory.capacity=5")
        .run(
            context -> {
              assertThat(context).hasSingleBean(InMemoryStore.class);
              assertThat(output).doesNotContain("notifications are kept in memory");
            });
  }

  @Test
  void databaseIsTheStoreWhereThereIsOne() {
    Boot.withDatabase("auto").run(context -> assertThat(context).hasSingleBean(JdbcStore.class));
  }

  @Test
  void memoryCanBeAskedForBesideADatabase() {
    Boot.withDatabase("beside")
        .withPropertyValues("notify.store.type=memory")
        .run(context -> assertThat(context).hasSingleBean(InMemoryStore.class));
  }

  @Test
  void withoutSpringJdbcTheDatabaseIsNotTheStore() {
    Boot.withDatabase("nojdbc")
        .withClassLoader(new FilteredClassLoader(ConnectionHolder.class))
        .run(context -> assertThat(context).hasSingleBean(InMemoryStore.class));
  }

  @Test
  void databaseThatIsAskedForAndNotThereStopsTheStart() {
    Boot.runner()
        .withPropertyValues("notify.store.type=jdbc")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(PropertyRefusedException.class)
                    .hasMessageContaining("notify.store.type: it is jdbc, but there is no single"));
  }

  @Test
  void migrationCanBeSwitchedOffAndThenMissingTablesStopTheStart() {
    Boot.withDatabase("nomigration")
        .withPropertyValues("notify.store.jdbc.migrate=false")
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void tablesHaveThePrefixOfTheProperty() {
    Boot.withDatabase("prefix")
        .withPropertyValues("notify.store.jdbc.table-prefix=shop_")
        .run(
            context ->
                assertThat(
                        new JdbcTemplate(context.getBean(DataSource.class))
                            .queryForObject("SELECT count(*) FROM shop_queue", Integer.class))
                    .isZero());
  }

  @Test
  void nodesThatCannotBeWokenStopTheStart() {
    Boot.withDatabase("wake")
        .withPropertyValues("notify.store.jdbc.wake-nodes=true")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("wakeNodes needs PostgreSQL"));
  }

  @Test
  void usersStoreWins() {
    InMemoryStore own = InMemoryStore.create();
    Boot.withDatabase("own")
        .withBean(NotificationStore.class, () -> own)
        .run(context -> assertThat(context.getBean(NotificationStore.class)).isSameAs(own));
  }

  @Test
  void usersClientWinsAndDelivers() {
    RecordingProvider provider = RecordingProvider.of(Channel.EMAIL);
    Boot.runner()
        .withBean(
            "own",
            NotificationClient.class,
            () ->
                NotificationClient.builder()
                    .provider(provider)
                    .templates(TemplateSource.classpath("notifications"))
                    .build())
        .run(
            context -> {
              assertThat(context).hasSingleBean(NotificationClient.class).hasBean("own");
              complete(send(context, "e1"));
              assertThat(provider.sent()).hasSize(1);
            });
    assertThat(provider.isClosed()).isTrue();
  }

  private static NotificationClient clientOfItsOwn() {
    return NotificationClient.builder().build();
  }

  @Test
  void storeThatNobodyAsksForIsNotMade(CapturedOutput output) {
    Boot.withDatabase("unasked")
        .withBean(NotificationClient.class, NotifyAutoConfigurationTest::clientOfItsOwn)
        .run(
            context ->
                assertThat(
                        new JdbcTemplate(context.getBean(DataSource.class))
                            .queryForList(
                                "SELECT table_name FROM information_schema.tables"
                                    + " WHERE table_schema = 'PUBLIC'"))
                    .isEmpty());
    Boot.runner()
        .withBean(NotificationClient.class, NotifyAutoConfigurationTest::clientOfItsOwn)
        .run(context -> assertThat(output).doesNotContain("kept in memory"));
  }

  @Test
  void nothingIsSetUpWhenSwitchedOff() {
    Boot.runner()
        .withPropertyValues("notify.enabled=false", "notify.email.smtp.host=localhost")
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(NotificationClient.class)
                    .doesNotHaveBean(NotificationStore.class)
                    .doesNotHaveBean(Provider.class)
                    .hasNotFailed());
  }

  @Test
  void listenersAndCustomizersAreUsed() {
    List<NotificationEvent> events = new CopyOnWriteArrayList<>();
    Boot.runner()
        .withUserConfiguration(Recorded.class)
        .withBean(NotificationListener.class, () -> events::add)
        .withBean(
            NotificationClientCustomizer.class,
            () ->
                builder ->
                    builder.templates(TemplateSource.of(Map.of("extra/sms.txt", "An extra one"))))
        .run(
            context -> {
              complete(send(context, "e1"));
              assertThat(events).isNotEmpty();
              NotificationClient client = context.getBean(NotificationClient.class);
              assertThat(client.preview("extra", null, Map.of())).containsKey(Channel.SMS);
            });
  }

  @Test
  void usersTemplatesTakeThePlaceOfTheLocations() {
    Boot.runner()
        .withBean(
            TemplateSource.class, () -> TemplateSource.of(Map.of("only/sms.txt", "The only one")))
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              assertThat(client.preview("only", null, Map.of())).containsKey(Channel.SMS);
              assertThat(client.notification("order-placed").to("ann").explain().toString())
                  .contains("no template");
            });
  }

  @Test
  void locationThatIsNeitherKindStopsTheStart() {
    Boot.runner()
        .withPropertyValues("notify.templates.locations=https://example.com/templates")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.templates.locations: 'https:"));
  }

  @Test
  void severalAddressesAreNotTakenForOne() {
    Boot.runner()
        .withPropertyValues(
            "notify.store.type=redis", "notify.store.redis.uris=redis://a:7000,redis://b:7001")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.store.redis.cluster: it is not true"));
  }

  @ParameterizedTest
  @CsvSource({
    "notify.dedupe=0s, notify.dedupe, dedupe is PT0S",
    "notify.poll-interval=0s, notify.poll-interval, pollInterval is PT0S",
    "notify.drain-timeout=-1s, notify.drain-timeout, drainTimeout is PT-1S",
    "notify.reconcile-within=0s, notify.reconcile-within, reconcileWithin is PT0S",
    "notify.max-in-flight.email=0, notify.max-in-flight, maxInFlight of EMAIL is 0",
    "notify.retry-by-channel.sms.max-attempts=0, notify.retry-by-channel.sms.max-attempts, is 0"
  })
  void settingThatIsRefusedIsNamed(String property, String named, String reason) {
    Boot.runner()
        .withPropertyValues(property)
        .run(
            context -> {
              FailureAnalysis analysis =
                  new PropertyRefusedFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis).isNotNull();
              assertThat(analysis.getDescription())
                  .contains("property " + named + ": ")
                  .contains(reason);
            });
  }

  @Test
  void messagesAreTemplatesInTheReadersLanguage() {
    StaticMessageSource messages = new StaticMessageSource();
    messages.addMessage("notify.bye.sms.txt", Locale.ROOT, "Bye, {{recipient.name}}");
    messages.addMessage("notify.bye.sms.txt", Locale.KOREAN, "{{> greeting.txt}}");
    messages.addMessage("notify.partials.greeting.txt", Locale.KOREAN, "안녕, {{recipient.name}}");
    Boot.runner()
        .withBean("messageSource", StaticMessageSource.class, () -> messages)
        .withPropertyValues("notify.templates.message-prefix=notify.")
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              assertThat(text(client, null)).isEqualTo("Bye, ");
              assertThat(text(client, Locale.KOREA)).isEqualTo("안녕, ");
            });
  }

  private static String text(NotificationClient client, Locale locale) {
    return ((dev.notifykit.message.SmsMessage)
            client.preview("bye", locale, Map.of()).get(Channel.SMS))
        .text();
  }

  @Test
  void limitsOfThePropertiesHold() {
    Boot.runner()
        .withUserConfiguration(Recorded.class)
        .withPropertyValues(
            "notify.rate-limits[0].count=1",
            "notify.rate-limits[0].period=1h",
            "notify.rate-limits[0].channel=email")
        .run(
            context -> {
              complete(send(context, "e1"));
              complete(send(context, "e2"));
              assertThat(context.getBean(RecordingProvider.class).sent()).hasSize(1);
            });
  }

  @Test
  void limitWithoutPeriodStopsTheStart() {
    Boot.runner()
        .withPropertyValues("notify.rate-limits[0].count=1")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessage("notify.rate-limits[0].period: it is missing"));
  }

  @Test
  void fallbacksOfACategoryStandIn() {
    Boot.runner()
        .withBean("sms", RecordingProvider.class, () -> RecordingProvider.of(Channel.SMS))
        .withBean("email", RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .withPropertyValues(
            "notify.categories.codes.fallbacks[0].from=sms",
            "notify.categories.codes.fallbacks[0].to=email",
            "notify.categories.codes.fallbacks[0].after=30s")
        .run(
            context -> {
              NotificationClient client = context.getBean(NotificationClient.class);
              Recipient ann =
                  Recipient.builder("ann").email("ann@example.com").phone("+14155550100").build();
              Receipt receipt =
                  client
                      .notification()
                      .category("codes")
                      .to(ann)
                      .content(SmsMessage.of("1234"))
                      .content(EmailMessage.builder().subject("Code").text("1234").build())
                      .send();
              assertThat(client.deliveries(receipt.notificationId()))
                  .filteredOn(delivery -> delivery.state() == DeliveryState.SCHEDULED)
                  .extracting(Delivery::channel)
                  .containsExactly(Channel.EMAIL);
            });
  }

  @Test
  void fallbackThatIsNotWholeIsNamed() {
    Boot.runner()
        .withPropertyValues("notify.categories.codes.fallbacks[0].from=sms")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessage(
                        "notify.categories.codes.fallbacks[0]: it must name from, to and after"
                            + " which time"));
  }

  @Test
  void retriesAndCategoriesOfThePropertiesHold() {
    Boot.runner()
        .withUserConfiguration(Recorded.class)
        .withPropertyValues(
            "notify.retry.max-attempts=1",
            "notify.retry-by-channel.sms.base=5s",
            "notify.categories.security.consent=mandatory",
            "notify.categories.security.time-to-live=10m",
            "notify.max-in-flight.email=3",
            "notify.dedupe=2d",
            "notify.event-ids=service-scoped",
            "notify.zone=Asia/Seoul",
            "notify.quiet-hours.from=22:00",
            "notify.quiet-hours.to=07:00",
            "notify.quiet-hours.channels=push,sms")
        .run(
            context -> {
              context
                  .getBean(RecordingProvider.class)
                  .otherwise(new dev.notifykit.provider.Outcome.Retryable("451"));
              NotificationClient client = context.getBean(NotificationClient.class);
              Receipt receipt =
                  client
                      .notification("order-placed")
                      .eventId("shop#1")
                      .category("security")
                      .to(ANN)
                      .with("orderNo", "A-1")
                      .via(Channel.EMAIL)
                      .send();
              complete(receipt);
              assertThat(client.deliveries(receipt.notificationId()).get(0).reason())
                  .isEqualTo("RETRIES_EXHAUSTED");
              assertThat(
                      client
                          .notification("order-placed")
                          .category("unheard-of")
                          .to("ann")
                          .explain()
                          .toString())
                  .contains("category");
            });
  }

  @Test
  void halfQuietHoursStopTheStart() {
    Boot.runner()
        .withPropertyValues("notify.quiet-hours.from=22:00")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.quiet-hours.from, notify.quiet-hours.to:"));
  }

  @Test
  void providersAreAskedInTheOrderOfTheProperty() {
    Boot.runner()
        .withBean(
            "a",
            RecordingProvider.class,
            () -> RecordingProvider.builder(Channel.EMAIL).name("a").build())
        .withBean(
            "b",
            RecordingProvider.class,
            () -> RecordingProvider.builder(Channel.EMAIL).name("b").build())
        .withPropertyValues("notify.provider-order=b")
        .run(
            context -> {
              complete(send(context, "e1"));
              assertThat(context.getBean("b", RecordingProvider.class).sent()).hasSize(1);
              assertThat(context.getBean("a", RecordingProvider.class).sent()).isEmpty();
            });
  }

  @Test
  void orderOfAProviderThatIsNotThereStopsTheStart() {
    Boot.runner()
        .withUserConfiguration(Recorded.class)
        .withPropertyValues("notify.provider-order=nobody")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(BeanCreationException.class)
                    .rootCause()
                    .hasMessageStartingWith("notify.provider-order: there is no provider"));
  }
}
