package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a provider refuses without being asked to send. */
@Timeout(60)
class ContentCheckTest {
  private static final Recipient ANN = Recipient.builder("ann").phone("+14155550100").build();

  /** Takes texts up to a length, and everything it is asked to send. */
  private static final class Picky implements Provider {
    final List<SendRequest> sent = new CopyOnWriteArrayList<>();
    private final String name;
    private final int limit;

    Picky(String name, int limit) {
      this.name = name;
      this.limit = limit;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public Optional<Outcome.Rejected> check(Target target, Message message) {
      int length = ((SmsMessage) message).text().length();
      if (limit < 0) {
        throw new IllegalStateException("a defect");
      }
      return length <= limit
          ? Optional.empty()
          : Optional.of(new Outcome.Rejected("too-long: " + length + " > " + limit));
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      sent.add(request);
      return CompletableFuture.completedFuture(new Outcome.Accepted("m"));
    }

    @Override
    public void close() {}
  }

  private static NotificationClient client(Provider... providers) {
    NotificationClient.Builder builder =
        NotificationClient.builder()
            .templates(TemplateSource.of(Map.of("hello/sms.txt", "Hello {{name}}")));
    for (Provider provider : providers) {
      builder.provider(provider);
    }
    return builder.build();
  }

  private static NotificationClient.Draft text(NotificationClient client, int length) {
    return client.notification().to(ANN).content(SmsMessage.of("x".repeat(length)));
  }

  @Test
  void givenContentThatNoProviderTakesIsRefusedAtSendWithBothNumbersAndNothingIsStored() {
    Picky picky = new Picky("picky", 10);
    try (NotificationClient client = client(picky)) {
      assertThatThrownBy(() -> text(client, 11).send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageContaining("content")
          .hasMessageContaining("11 > 10");
      assertThat(text(client, 11).explain().toString()).contains("11 > 10");
      assertThat(client.history("ann", 10)).isEmpty();
      text(client, 10).send();
      Await.until("it is sent", () -> picky.sent.size() == 1);
    }
  }

  @Test
  void givenContentThatOneOfThemTakesIsLetThrough() {
    Picky wide = new Picky("wide", 100);
    try (NotificationClient client = client(new Picky("narrow", 10), wide)) {
      assertThat(text(client, 50).send().notificationId()).isNotNull();
    }
  }

  @Test
  void whatATemplateMakesIsCheckedOnceItIsRendered() throws Exception {
    Picky picky = new Picky("picky", 10);
    try (NotificationClient client = client(picky)) {
      List<Delivery> deliveries =
          client
              .notification("hello")
              .to(ANN)
              .with("name", "Bartholomew")
              .send()
              .completion()
              .toCompletableFuture()
              .get();
      assertThat(deliveries).extracting(Delivery::state).containsExactly(DeliveryState.DEAD);
      assertThat(deliveries.get(0).reason()).isEqualTo(DeadReason.REJECTED.name());
      assertThat(client.attempts(deliveries.get(0).id()))
          .singleElement()
          .satisfies(a -> assertThat(a.code()).isEqualTo("too-long: 17 > 10"));
      assertThat(picky.sent).isEmpty();
      Await.until("no place is lost", client::isIdle);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
    }
  }

  @Test
  void aCheckThatThrowsCostsAnAttemptAndNoPlace() {
    try (NotificationClient client = client(new Picky("broken", -1))) {
      var receipt = client.notification("hello").to(ANN).with("name", "A").send();
      Await.until(
          "it waits for the next attempt",
          () ->
              client.deliveries(receipt.notificationId()).get(0).state()
                  == DeliveryState.RETRY_WAIT);
      assertThat(client.stats().providers().get(0).inFlight()).isZero();
      client.cancel(receipt.notificationId());
    }
  }
}
