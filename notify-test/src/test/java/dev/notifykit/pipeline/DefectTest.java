package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.Routing;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
  private static final class Throwing implements Provider {
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
        throw new IllegalStateException("a defect");
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
}
