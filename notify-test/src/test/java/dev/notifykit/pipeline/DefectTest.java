package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.ClientClosedException;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationEvent.AlertCleared;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.Routing;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.CapturedLogs;
import dev.notifykit.test.ManualScheduler;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.SettableClock;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A defect costs the delivery that meets it an attempt, and its neighbours nothing. */
@Timeout(60)
class DefectTest {
  private static Notification text(String recipient, int n) {
    return Notification.builder()
        .to(Recipient.builder(recipient).phone("+1415555%04d".formatted(n)).build())
        .content(SmsMessage.of("Hello"))
        .build();
  }

  private static List<Delivery> batch(NotificationClient client) {
    client.pause(Route.SMS);
    List<Notification> notifications = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      notifications.add(text(i == 2 ? "bad" : "r" + i, i));
    }
    List<Receipt> receipts = client.sendAll(notifications);
    client.resume(Route.SMS);
    Await.until(
        "each has been tried",
        () ->
            receipts.stream()
                .flatMap(r -> client.deliveries(r.notificationId()).stream())
                .allMatch(d -> d.state().isTerminal() || d.state() == DeliveryState.RETRY_WAIT));
    return receipts.stream().flatMap(r -> client.deliveries(r.notificationId()).stream()).toList();
  }

  private static void assertOnlyTheBadOneWaits(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      assertThat(delivery.state())
          .as(delivery.recipientId())
          .isEqualTo(
              delivery.recipientId().equals("bad")
                  ? DeliveryState.RETRY_WAIT
                  : DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aPredicateThatThrowsWhileADeliveryIsPreparedEndsInADeadLetterOfItsOwn() {
    Routing broken =
        Routing.when(
            c -> {
              if (c.recipientId().equals("bad")) {
                throw new IllegalStateException("a defect");
              }
              return false;
            },
            Routing.ordered("recording-sms"));
    try (Rig rig =
        Rig.open(
            b ->
                b.routing(Channel.SMS, broken)
                    .retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(2)))) {
      List<Delivery> deliveries = batch(rig.client);
      assertOnlyTheBadOneWaits(deliveries);
      Delivery bad = deliveries.get(2);
      assertThat(bad.attempts()).isEqualTo(1);
      rig.pass(Duration.ofMinutes(1));
      assertThat(rig.client.deadLetters().list())
          .singleElement()
          .satisfies(
              d -> {
                assertThat(d.id()).isEqualTo(bad.id());
                assertThat(d.reason()).isEqualTo(DeadReason.RETRIES_EXHAUSTED.name());
              });
      assertThat(rig.client.attempts(bad.id()))
          .extracting(Attempt::outcome, Attempt::code)
          .containsOnly(
              org.assertj.core.groups.Tuple.tuple("NotSent", "java.lang.IllegalStateException"));
      assertThat(rig.client.stats().providers().get(1).inFlight()).isZero();
    }
  }

  /** Sends nothing for one recipient but an exception. */
  private static class Throwing implements Provider {
    final List<Integer> batches = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
      return "throwing";
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
      batches.add(requests.size());
      return Provider.super.sendAll(requests);
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      if (request.recipientId().equals("bad")) {
        throw new IllegalStateException(
            "not " + request.target().address(), new IOException(request.target().address()));
      }
      return CompletableFuture.completedFuture(new Outcome.Accepted("m"));
    }

    @Override
    public void close() {}
  }

  @Test
  void oneSendOfABatchThatThrowsIsUnknownAndTheOthersAreAccepted() {
    Throwing provider = new Throwing();
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      List<Delivery> deliveries = batch(client);
      assertThat(provider.batches.get(0)).as("all in one batch").isEqualTo(5);
      assertOnlyTheBadOneWaits(deliveries);
      assertThat(client.attempts(deliveries.get(2).id()))
          .singleElement()
          .satisfies(a -> assertThat(a.outcome()).isEqualTo("Unknown"));
      client.cancel(deliveries.get(2).notificationId());
    }
  }

  @Test
  void theLogTellsWhereAProviderThrewAndNothingOfWhatItSaid() {
    try (CapturedLogs logs = CapturedLogs.start();
        NotificationClient client = NotificationClient.builder().provider(new Throwing()).build()) {
      batch(client);
      String all =
          logs.lines().stream()
              .filter(line -> line.logger().startsWith("dev.notifykit"))
              .map(CapturedLogs.Line::text)
              .collect(Collectors.joining("\n"));
      assertThat(all)
          .contains("java.lang.IllegalStateException", "at " + Throwing.class.getName() + ".send")
          .contains("java.io.IOException")
          .contains("waits after attempt 1: Unknown by throwing (provider-failed)")
          .doesNotContain("+1415555");
    }
  }

  /** What is thrown where a library is missing at run time, which is no exception but an error. */
  private static final class Missing extends LinkageError {
    private static final long serialVersionUID = 1L;

    Missing() {
      super("a class is missing");
    }
  }

  @Test
  void anErrorOfOneSendIsUnknownAndTheOthersAreAccepted() {
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            if (request.recipientId().equals("bad")) {
              throw new Missing();
            }
            return super.send(request);
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      List<Delivery> deliveries = batch(client);
      assertOnlyTheBadOneWaits(deliveries);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  /** What Kotlin, Scala or Groovy throw through a method of Java's that declares nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> E undeclared() throws E {
    throw (E) new IOException("undeclared");
  }

  @Test
  void anExceptionThatNoMethodDeclaresIsOneAsAnyOther() {
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            if (request.recipientId().equals("bad")) {
              throw DefectTest.<RuntimeException>undeclared();
            }
            return super.send(request);
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertOnlyTheBadOneWaits(batch(client));
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  @Test
  void anExceptionThatABatchDoesNotDeclareIsUnknownForAllOfIt() {
    Throwing provider =
        new Throwing() {
          @Override
          public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
            throw DefectTest.<RuntimeException>undeclared();
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertThat(batch(client)).allMatch(d -> d.state() == DeliveryState.RETRY_WAIT);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  @Test
  void anErrorOfABatchIsUnknownForAllOfIt() {
    Throwing provider =
        new Throwing() {
          @Override
          public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
            throw new Missing();
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertThat(batch(client)).allMatch(d -> d.state() == DeliveryState.RETRY_WAIT);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  @Test
  void aProviderThatAnswersNothingIsUnknownForAllOfIt() {
    Throwing provider =
        new Throwing() {
          @Override
          public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
            return null;
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertThat(batch(client)).allMatch(d -> d.state() == DeliveryState.RETRY_WAIT);
    }
  }

  @Test
  void aProviderThatForgetsAnAnswerIsTakenAtNoWord() {
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            return request.recipientId().equals("bad") ? null : super.send(request);
          }
        };
    try (CapturedLogs logs = CapturedLogs.start();
        NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertOnlyTheBadOneWaits(batch(client));
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
      assertThat(logs.lines())
          .extracting(CapturedLogs.Line::text)
          .anyMatch(line -> line.contains("provider throwing gave no answer"));
    }
  }

  /** What stages other than the platform's, and lists other than its own, may do to who asks. */
  private enum Oddity {
    STAGE_THAT_CANNOT_BE_LISTENED_TO {
      @Override
      CompletionStage<Outcome> make() {
        return stage(
            listen -> {
              throw new Missing();
            });
      }
    },
    STAGE_THAT_TELLS_AND_THROWS {
      @Override
      CompletionStage<Outcome> make() {
        return stage(
            listen -> {
              listen.accept(null, new IllegalStateException("a defect"));
              throw new Missing();
            });
      }
    },
    STAGE_THAT_TELLS_NOTHING {
      @Override
      CompletionStage<Outcome> make() {
        return stage(listen -> listen.accept(null, null));
      }
    };

    abstract CompletionStage<Outcome> make();

    @SuppressWarnings("unchecked")
    static CompletionStage<Outcome> stage(Consumer<BiConsumer<Outcome, Throwable>> whenAsked) {
      return (CompletionStage<Outcome>)
          Proxy.newProxyInstance(
              DefectTest.class.getClassLoader(),
              new Class<?>[] {CompletionStage.class},
              (proxy, method, args) -> {
                if (method.getName().equals("whenComplete")) {
                  whenAsked.accept((BiConsumer<Outcome, Throwable>) args[0]);
                }
                return proxy;
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStageOfAnothersMakingThatFailsIsUnknownAndTheOthersAreAccepted(Oddity oddity) {
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            return request.recipientId().equals("bad")
                ? oddity.make()
                : CompletableFuture.completedStage(new Outcome.Accepted("m"));
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertOnlyTheBadOneWaits(batch(client));
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  @Test
  void aListThatThrowsWhereAnAnswerShouldBeIsUnknownThereAndTheOthersAreAccepted() {
    Throwing provider =
        new Throwing() {
          @Override
          public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
            return new AbstractList<>() {
              @Override
              public CompletionStage<Outcome> get(int index) {
                return send(requests.get(index));
              }

              @Override
              public int size() {
                return requests.size();
              }
            };
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      assertOnlyTheBadOneWaits(batch(client));
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  /** The others' time limit is kept, however often one of them says that it has ended. */
  @Test
  void aStageThatTellsTwiceEndsNobodyElsesTimeLimit() {
    SettableClock clock = new SettableClock();
    ManualScheduler scheduler = new ManualScheduler(clock);
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            return request.recipientId().equals("bad")
                ? Oddity.stage(
                    listen -> {
                      for (int i = 0; i < 5; i++) {
                        listen.accept(new Outcome.Accepted("m"), null);
                      }
                    })
                : new CompletableFuture<>();
          }
        };
    try (NotificationClient client =
        NotificationClient.builder().clock(clock).scheduler(scheduler).provider(provider).build()) {
      client.pause(Route.SMS);
      List<Receipt> receipts =
          client.sendAll(List.of(text("bad", 1), text("ann", 2), text("bob", 3)));
      client.resume(Route.SMS);
      Await.until(
          "the odd one is accepted",
          () ->
              client.deliveries(receipts.get(0).notificationId()).get(0).state()
                  == DeliveryState.ACCEPTED);
      scheduler.advance(provider.timeout());
      Await.until(
          "the others have waited long enough",
          () ->
              receipts.subList(1, 3).stream()
                  .allMatch(
                      r ->
                          client.deliveries(r.notificationId()).get(0).state()
                              == DeliveryState.RETRY_WAIT));
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
      receipts.forEach(r -> client.cancel(r.notificationId()));
    }
  }

  /** As where no memory is left for a timer: nothing may hold its place for good. */
  @Test
  void whatCannotBeTimedIsUnknownAndGivesItsPlaceBack() {
    AtomicBoolean asked = new AtomicBoolean();
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            asked.set(true);
            return request.recipientId().equals("bad")
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(new Outcome.Accepted("m"));
          }

          @Override
          public Duration timeout() {
            if (asked.get()) {
              throw new Missing();
            }
            return super.timeout();
          }
        };
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      List<Delivery> deliveries = batch(client);
      assertOnlyTheBadOneWaits(deliveries);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
      client.cancel(deliveries.get(2).notificationId());
      assertThat(client.close(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void anErrorWhileADeliveryIsPreparedCostsItAnAttemptAndNoOtherAnything() {
    Routing broken =
        Routing.when(
            c -> {
              if (c.recipientId().equals("bad")) {
                throw new StackOverflowError();
              }
              return false;
            },
            Routing.ordered("recording-sms"));
    try (Rig rig = Rig.open(b -> b.routing(Channel.SMS, broken))) {
      List<Delivery> deliveries = batch(rig.client);
      assertOnlyTheBadOneWaits(deliveries);
      rig.settle();
    }
  }

  @Test
  void anUndeclaredExceptionWhileADeliveryIsPreparedCostsItAnAttemptAndNoOtherAnything() {
    Routing broken =
        Routing.when(
            c -> {
              if (c.recipientId().equals("bad")) {
                throw DefectTest.<RuntimeException>undeclared();
              }
              return false;
            },
            Routing.ordered("recording-sms"));
    try (Rig rig = Rig.open(b -> b.routing(Channel.SMS, broken))) {
      assertOnlyTheBadOneWaits(batch(rig.client));
      rig.settle();
    }
  }

  private static Stream<Supplier<Throwable>> whatListenersThrow() {
    return Stream.of(
        Missing::new,
        () -> {
          throw DefectTest.<RuntimeException>undeclared();
        });
  }

  @ParameterizedTest
  @MethodSource("whatListenersThrow")
  void aListenerThatFailsInAnUnusualWayHoldsUpNothing(Supplier<Throwable> thrown) {
    try (Rig rig =
        Rig.open(
            b ->
                b.listener(
                    event -> {
                      throw (Error) thrown.get();
                    }))) {
      List<Receipt> receipts = rig.client.sendAll(List.of(text("ann", 1), text("bob", 2)));
      rig.settle();
      assertThat(receipts)
          .allSatisfy(r -> assertThat(rig.only(r).state()).isEqualTo(DeliveryState.ACCEPTED));
      assertThat(rig.client.close(Duration.ofSeconds(5))).as("all ended in time").isTrue();
    }
  }

  /** Somebody else's store, or its driver, may throw what it should not. */
  @Test
  void anOutcomeThatTheStoreDidNotTakeIsWrittenLaterWhateverItThrew() {
    AtomicInteger failures = new AtomicInteger(3);
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.create(),
            "settle",
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("a defect");
              }
            });
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    try (NotificationClient client =
        NotificationClient.builder().store(store).provider(sms).build()) {
      Receipt receipt = client.send(text("ann", 1));
      Await.until("it is settled", client::isIdle);
      assertThat(client.deliveries(receipt.notificationId()))
          .singleElement()
          .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.ACCEPTED));
      assertThat(sms.sent()).hasSize(1);
    }
  }

  /** What is sent meanwhile would be sent again once its lease has lapsed. */
  @Test
  void nothingIsSentWhoseOutcomeCouldNotBeWritten() {
    AtomicBoolean isAway = new AtomicBoolean(true);
    AtomicInteger failures = new AtomicInteger();
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.create(),
            "settle",
            () -> {
              if (isAway.get()) {
                failures.incrementAndGet();
                throw new StoreException("away");
              }
            });
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    try (NotificationClient client =
        NotificationClient.builder().store(store).provider(sms).build()) {
      client.send(text("ann", 1));
      Await.until("the first outcome was not written", () -> failures.get() > 1);
      List<Receipt> later = client.sendAll(List.of(text("bob", 2), text("eve", 3)));
      int seen = failures.get();
      Await.until("it was not written again", () -> failures.get() > seen + 2);
      assertThat(sms.sent()).hasSize(1);
      isAway.set(false);
      Await.until("the others were not sent", () -> sms.sent().size() == 3);
      Await.until("not all is settled", client::isIdle);
      assertThat(later)
          .flatExtracting(receipt -> client.deliveries(receipt.notificationId()))
          .allMatch(delivery -> delivery.state() == DeliveryState.ACCEPTED);
    }
  }

  /** As with limits of sends in one place and the rest in another: one works, the other not. */
  @Test
  void whatTheStoreStillDoesEndsNoAlertOfWhatItDoesNot() {
    SettableClock clock = new SettableClock();
    ManualScheduler scheduler = new ManualScheduler(clock);
    AtomicBoolean isAway = new AtomicBoolean(true);
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.builder().clock(clock).build(),
            "claim",
            () -> {
              if (isAway.get()) {
                throw new StoreException("away");
              }
            });
    List<NotificationEvent> alerts = new CopyOnWriteArrayList<>();
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .scheduler(scheduler)
            .listener(alerts::add)
            .provider(RecordingProvider.of(Channel.SMS))
            .build()) {
      scheduler.whenSettled(() -> Await.until("it settles", client::isIdle));
      client.send(text("ann", 1));
      scheduler.advance(Duration.ofMinutes(10));
      alerts.removeIf(e -> !(e instanceof AlertRaised || e instanceof AlertCleared));
      assertThat(alerts).singleElement().isInstanceOf(AlertRaised.class);
      isAway.set(false);
      scheduler.advance(Duration.ofSeconds(5));
      assertThat(alerts).last().isInstanceOf(AlertCleared.class);
    }
  }

  /** Asked for what is due next, for a provider's tokens, and told that a number is dead. */
  @ParameterizedTest
  @ValueSource(strings = {"untilNextDue", "take", "suppressTarget"})
  void anErrorOfTheStoreHoldsNothingUpForGood(String method) {
    SettableClock clock = new SettableClock();
    ManualScheduler scheduler = new ManualScheduler(clock);
    AtomicInteger failures = new AtomicInteger();
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.builder().clock(clock).build(),
            method,
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw new Missing();
              }
            });
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    sms.then(new Outcome.InvalidTarget("gone")).then(new Outcome.InvalidTarget("gone"));
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .scheduler(scheduler)
            .provider(sms)
            .rateLimit(RateLimit.perProvider(sms.name(), 10, Duration.ofSeconds(1)))
            .build()) {
      scheduler.whenSettled(() -> Await.until("it settles", client::isIdle));
      scheduler.advance(Duration.ofSeconds(1));
      failures.set(1);
      Receipt receipt =
          client
              .notification()
              .to(Recipient.builder("ann").phone("+14155550100").build())
              .content(SmsMessage.of("hello"))
              .sendAt(clock.instant().plusSeconds(60))
              .send();
      scheduler.advance(Duration.ofMinutes(5));
      assertThat(client.deliveries(receipt.notificationId()))
          .singleElement()
          .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.SUPPRESSED));
      assertThat(failures).hasNonPositiveValue();
    }
  }

  @Test
  void anErrorThatKeepsLapsedLeasesFromBeingRecoveredIsTold() {
    SettableClock clock = new SettableClock();
    ManualScheduler scheduler = new ManualScheduler(clock);
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.builder().clock(clock).build(),
            "recover",
            () -> {
              throw new Missing();
            });
    List<NotificationEvent> events = new CopyOnWriteArrayList<>();
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .scheduler(scheduler)
            .listener(events::add)
            .provider(RecordingProvider.of(Channel.SMS))
            .build()) {
      scheduler.whenSettled(() -> Await.until("it settles", client::isIdle));
      scheduler.advance(Duration.ofMinutes(2));
      assertThat(events).singleElement().isInstanceOf(AlertRaised.class);
    }
  }

  @Test
  void anErrorAsAFallbackIsToldOfAFailureLosesNoWordOfItsNeighbours() {
    AtomicInteger calls = new AtomicInteger();
    NotificationStore store =
        FaultyStore.before(
            InMemoryStore.create(),
            "hasten",
            () -> {
              if (calls.incrementAndGet() == 2) {
                throw new Missing();
              }
            });
    RecordingProvider push =
        RecordingProvider.of(Channel.PUSH).then(new Outcome.Rejected("malformed"));
    List<NotificationEvent> events = new CopyOnWriteArrayList<>();
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .listener(events::add)
            .provider(push)
            .provider(RecordingProvider.of(Channel.SMS))
            .build()) {
      client.pause(Route.FCM);
      Recipient ann =
          Recipient.builder("ann")
              .device(Device.android("a".repeat(100)))
              .phone("+14155550100")
              .build();
      client.sendAll(
          List.of(
              Notification.builder()
                  .to(ann)
                  .content(PushMessage.builder().title("Hello").body("Hello").build())
                  .content(SmsMessage.of("Hello"))
                  .fallback(Channel.PUSH, Channel.SMS)
                  .after(Duration.ofHours(1))
                  .build(),
              push("bob", Device.android("b".repeat(100)))));
      client.resume(Route.FCM);
      Await.until("all is sent", () -> push.sent().size() == 2);
      Await.until("nothing is at work", client::isIdle);
      assertThat(events)
          .filteredOn(DeliveryChanged.class::isInstance)
          .extracting(e -> ((DeliveryChanged) e).delivery())
          .anyMatch(d -> d.recipientId().equals("bob") && d.state() == DeliveryState.ACCEPTED);
    }
  }

  /** As when a process has as many threads as it may have. */
  @Test
  void workThatGotNoThreadIsDoneLater() {
    AtomicInteger failures = new AtomicInteger(5);
    ThreadFactory threads =
        task -> {
          if (failures.getAndDecrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          Thread thread = new Thread(task);
          thread.setDaemon(true);
          return thread;
        };
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    try (NotificationClient client =
        NotificationClient.builder().threads(threads).provider(sms).build()) {
      Receipt receipt = client.send(text("ann", 1));
      receipt.completion().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
      assertThat(sms.sent()).hasSize(1);
    }
  }

  @Test
  void aProviderThatFailsToCloseWithAnErrorLeavesNothingElseOpen() {
    RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
    Throwing provider =
        new Throwing() {
          @Override
          public void close() {
            throw new Missing();
          }
        };
    AtomicInteger closed = new AtomicInteger();
    NotificationStore store =
        FaultyStore.before(InMemoryStore.create(), "close", closed::incrementAndGet);
    NotificationClient client =
        NotificationClient.builder().store(store).provider(provider).provider(email).build();
    assertThat(client.close(Duration.ofSeconds(5))).isTrue();
    assertThat(email.isClosed()).isTrue();
    assertThat(closed).hasValue(1);
  }

  /** Such as a container's shutdown beside the application's own: what it closes next is in use. */
  @Test
  void whoeverClosesAClientAgainWaitsForTheFirst() {
    RecordingProvider sms = RecordingProvider.of(Channel.SMS).thenHang();
    NotificationClient client = NotificationClient.builder().provider(sms).build();
    client.send(text("ann", 1));
    Await.until("it is in flight", () -> sms.inFlight() == 1);
    Executor ownThread = task -> new Thread(task).start();
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(() -> client.close(Duration.ofSeconds(50)), ownThread);
    Await.until(
        "the first closes",
        () -> {
          try {
            client.stats();
            return false;
          } catch (ClientClosedException e) {
            return true;
          }
        });
    assertThat(client.close(Duration.ofMillis(1))).as("not closed yet").isFalse();
    CompletableFuture<Boolean> second =
        CompletableFuture.supplyAsync(() -> client.close(Duration.ofSeconds(50)), ownThread);
    sms.release(new Outcome.Accepted("1"));
    assertThat(second.join()).isTrue();
    assertThat(sms.isClosed()).as("closed once the second returned").isTrue();
    assertThat(first.join()).isTrue();
    assertThat(client.close(Duration.ZERO)).as("closed long ago").isTrue();
  }

  @Test
  void aClientCanBeToldToWaitForEverWhenItIsClosed() {
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    NotificationClient client = NotificationClient.builder().provider(sms).build();
    assertThat(client.close(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    assertThat(sms.isClosed()).isTrue();
  }

  /** A source in a database that is away for a moment: the template is still there. */
  @Test
  void aTemplateThatCannotBeReadForTheMomentIsTriedAgain() {
    AtomicInteger failures = new AtomicInteger();
    TemplateSource stored =
        path -> {
          if (failures.getAndDecrement() > 0) {
            throw new StoreException("away");
          }
          return Optional.ofNullable(Rig.TEMPLATES.get(path));
        };
    InMemoryStore store = InMemoryStore.create();
    RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    NotificationClient.Builder sender =
        NotificationClient.builder().store(store).provider(sms).startPaused();
    try (NotificationClient client = sender.templates(TemplateSource.of(Rig.TEMPLATES)).build()) {
      client
          .notification("hello")
          .to(Recipient.builder("ann").phone("+14155550100").build())
          .via(Channel.SMS)
          .with("name", "Ann")
          .send();
    }
    failures.set(1);
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .provider(RecordingProvider.of(Channel.SMS))
            .templates(stored)
            .build()) {
      Await.until("it was tried", () -> failures.get() <= 0 && client.isIdle());
      assertThat(client.deadLetters().list()).isEmpty();
      assertThat(client.history("ann", 1))
          .singleElement()
          .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.RETRY_WAIT));
    }
  }

  /** The provider's places are one for both routes; the one that is full hears of neither. */
  @Test
  void aRouteThatWaitsForAPlaceHeldByAnotherGoesOnWhenThatIsFree() {
    RecordingProvider push = RecordingProvider.builder(Channel.PUSH).maxInFlight(1).build();
    try (NotificationClient client = NotificationClient.builder().provider(push).build()) {
      push.thenHang();
      client.send(push("ann", Device.ios("a".repeat(64))));
      push.await(1);
      client.send(push("bob", Device.android("b".repeat(100))));
      Await.until(
          "the second route has looked", () -> client.stats().route(Route.FCM).ready() == 1);
      push.release(new Outcome.Accepted("m-1"));
      push.await(2);
    }
  }

  private static Notification push(String recipient, Device device) {
    return Notification.builder()
        .to(Recipient.builder(recipient).device(device).build())
        .content(PushMessage.builder().title("Hello").body("Hello").build())
        .build();
  }

  /** What has ended may be made to begin again, while somebody waits for all of it. */
  @Test
  void waitingForTheEndBearsAReplay() {
    try (Rig rig = Rig.open()) {
      rig.sms.then(new Outcome.Rejected("no"));
      rig.client.pause(Route.EMAIL);
      Receipt receipt =
          rig.client
              .notification("hello")
              .to(Recipient.builder("ann").phone("+14155550100").email("ann@example.com").build())
              .via(Channel.SMS, Channel.EMAIL)
              .with("name", "Ann")
              .send();
      CompletableFuture<List<Delivery>> end = receipt.completion().toCompletableFuture();
      rig.settle();
      rig.client.pause(Route.SMS);
      assertThat(rig.client.deadLetters().replay(rig.client.deadLetters().list().get(0).id()))
          .isTrue();
      rig.client.resume(Route.EMAIL);
      rig.settle();
      assertThat(end).isNotDone();
      rig.client.resume(Route.SMS);
      rig.settle();
      assertThat(end).isCompleted();
    }
  }

  /** Timeouts, too, run on the timer's one thread. */
  @Test
  void aStoreThatHangsForWhoeverWaitsForAnEndKeepsNoTimerFromRunning() {
    AtomicBoolean hangs = new AtomicBoolean();
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch hung = new CountDownLatch(1);
    JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:hanging", "sa", "");
    NotificationStore store =
        FaultyStore.before(
            JdbcStore.create(pool),
            "deliveries",
            () -> {
              if (hangs.get()) {
                hung.countDown();
                await(released);
              }
            });
    RecordingProvider sms =
        RecordingProvider.builder(Channel.SMS).timeout(Duration.ofSeconds(3)).build();
    try (NotificationClient client =
        NotificationClient.builder().store(store).provider(sms).build()) {
      sms.thenHang();
      Receipt receipt = client.send(text("ann", 1));
      sms.await(1);
      receipt.completion();
      hangs.set(true);
      await(hung);
      sms.await(2);
    } finally {
      released.countDown();
      pool.dispose();
    }
  }

  /** Where an application may have the idea to close the client that is at work there. */
  private enum Closer {
    LISTENER_WHILE_SENDING,
    LISTENER_OF_AN_END,
    END,
    PROVIDER
  }

  @ParameterizedTest
  @EnumSource
  void whoClosesTheClientOnAThreadThatItIsAtWorkOnDoesNotWaitForHimself(Closer closer)
      throws Exception {
    CompletableFuture<NotificationClient> opened = new CompletableFuture<>();
    CompletableFuture<Boolean> closing = new CompletableFuture<>();
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    AtomicBoolean providerIsClosed = new AtomicBoolean();
    Runnable close = () -> closing.complete(opened.join().close(Duration.ofDays(1)));
    Throwing provider =
        new Throwing() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            if (closer == Closer.PROVIDER) {
              close.run();
            }
            return answer;
          }

          @Override
          public void close() {
            providerIsClosed.set(true);
          }
        };
    NotificationClient client =
        NotificationClient.builder()
            .provider(provider)
            .listener(
                event -> {
                  boolean isEnd =
                      event instanceof DeliveryChanged c && c.delivery().state().isTerminal();
                  if (closer == (isEnd ? Closer.LISTENER_OF_AN_END : Closer.LISTENER_WHILE_SENDING)
                      && !closing.isDone()) {
                    close.run();
                  }
                })
            .startPaused()
            .build();
    opened.complete(client);
    client.resume(Route.SMS);
    Await.until("new work can be handed off", client::isIdle);
    Receipt receipt =
        CompletableFuture.supplyAsync(() -> client.send(text("ann", 1))).get(20, TimeUnit.SECONDS);
    if (closer == Closer.END) {
      receipt.completion().thenRun(close);
    }
    answer.complete(new Outcome.Accepted("m"));
    assertThat(closing.get(20, TimeUnit.SECONDS)).as("has not ended yet").isFalse();
    assertThat(client.close(Duration.ofSeconds(20))).as("everything ended").isTrue();
    assertThat(providerIsClosed).isTrue();
  }

  /** However many wait for an end, a store that hangs takes one thread of ours for them. */
  @Test
  void thoseWhoWaitForAnEndShareAThread() {
    AtomicBoolean hangs = new AtomicBoolean();
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch hung = new CountDownLatch(1);
    AtomicInteger threads = new AtomicInteger();
    SettableClock clock = new SettableClock();
    ManualScheduler scheduler = new ManualScheduler(clock);
    JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:waiting", "sa", "");
    NotificationStore store =
        FaultyStore.before(
            JdbcStore.create(pool),
            "deliveries",
            () -> {
              if (hangs.get()) {
                hung.countDown();
                await(released);
              }
            });
    ThreadFactory counted =
        task -> {
          threads.incrementAndGet();
          return new Thread(task);
        };
    try (NotificationClient client =
        NotificationClient.builder()
            .store(store)
            .scheduler(scheduler)
            .threads(counted)
            .provider(RecordingProvider.of(Channel.SMS))
            .startPaused()
            .build()) {
      List<CompletableFuture<List<Delivery>>> ends = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        ends.add(client.send(text("r" + i, i)).completion().toCompletableFuture());
      }
      Await.until("nothing is at work", client::isIdle);
      hangs.set(true);
      int before = threads.get();
      scheduler.advance(Duration.ofSeconds(2));
      await(hung);
      assertThat(threads.get() - before).isLessThan(5);
      hangs.set(false);
      released.countDown();
      client.resume(Route.SMS);
      ends.forEach(end -> end.orTimeout(20, TimeUnit.SECONDS).join());
    } finally {
      released.countDown();
      pool.dispose();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** As in a container that keeps modules apart, or on a thread that somebody else made. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aContextClassLoaderThatKnowsNothingIsNoHindrance(boolean hasOne) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(hasOne ? ClassLoader.getPlatformClassLoader() : null);
    RecordingProvider provider =
        RecordingProvider.of(Channel.SMS).then(new Outcome.Retryable("busy", null));
    try (NotificationClient client =
        NotificationClient.builder()
            .provider(provider)
            .retry(RetryPolicy.exponential(Duration.ofMillis(1)))
            .build()) {
      Receipt receipt = client.send(text("ann", 1));
      receipt.completion().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(provider.sent()).hasSize(2);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
