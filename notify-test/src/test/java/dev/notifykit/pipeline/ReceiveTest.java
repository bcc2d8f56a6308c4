package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ClientClosedException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.provider.Outcome;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a provider's webhook changes, by way of the client. */
@Timeout(60)
class ReceiveTest {
  private static final Recipient ANN = Recipient.builder("ann").phone("+14155550100").build();

  /** A service whose signature is a word, and that reports the same each time. */
  private static final class Service extends WebhookHandler {
    private final List<WebhookEvent> events;

    Service(WebhookEvent... events) {
      super(204, "POST");
      this.events = List.of(events);
    }

    @Override
    protected boolean isGenuine(WebhookRequest request) {
      return request.header("signature").filter("right"::equals).isPresent();
    }

    @Override
    protected List<WebhookEvent> read(WebhookRequest request) {
      return events;
    }
  }

  private static WebhookRequest request(String signature) {
    return WebhookRequest.builder("POST", "https://shop.example/in")
        .header("Signature", signature)
        .build();
  }

  private static Origin origin(Rig rig, UUID delivery) {
    return new Origin("event-1", "recording-sms", null, delivery, "", rig.clock.instant());
  }

  private static WebhookEvent report(Rig rig, UUID delivery, DeliveryState state) {
    return new WebhookEvent.DeliveryReport(origin(rig, delivery), state, null);
  }

  private static Receipt send(Rig rig) {
    return rig.client.notification("hello").to(ANN).via(Channel.SMS).with("name", "A").send();
  }

  @Test
  void aReceiptMovesTheDeliveryAndIsToldToListeners() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig);
      rig.settle();
      UUID id = rig.only(receipt).id();
      WebhookResult result =
          rig.client.receive(
              new Service(report(rig, id, DeliveryState.DELIVERED)), request("right"));
      assertThat(result.status()).isEqualTo(204);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.DELIVERED);
      assertThat(rig.events(DeliveryChanged.class))
          .filteredOn(e -> e.from() == DeliveryState.ACCEPTED)
          .extracting(e -> e.delivery().state())
          .containsExactly(DeliveryState.DELIVERED);
    }
  }

  @Test
  void whatIsNotTheProvidersChangesNothing() {
    try (Rig rig = Rig.open()) {
      Receipt receipt = send(rig);
      rig.settle();
      UUID id = rig.only(receipt).id();
      WebhookResult result =
          rig.client.receive(
              new Service(report(rig, id, DeliveryState.DELIVERED)), request("wrong"));
      assertThat(result).isInstanceOf(WebhookResult.Refused.class);
      assertThat(result.status()).isEqualTo(403);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aReceiptThatComesBeforeTheAnswerIsAppliedSoonAfterIt() {
    try (Rig rig = Rig.open()) {
      rig.sms.thenHang();
      Receipt receipt = send(rig);
      rig.sms.await(1);
      UUID id = rig.only(receipt).id();
      rig.client.receive(new Service(report(rig, id, DeliveryState.DELIVERED)), request("right"));
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.CLAIMED);

      rig.sms.release(new Outcome.Accepted("m-1"));
      rig.settle();
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.ACCEPTED);
      rig.pass(Duration.ofSeconds(1));
      dev.notifykit.test.Await.until(
          "the early receipt is applied",
          () -> rig.only(receipt).state() == DeliveryState.DELIVERED);
      assertThat(rig.only(receipt).providerMessageId()).isEqualTo("m-1");
    }
  }

  @Test
  void anOptOutByAnswerStopsTheNextMessage() {
    try (Rig rig = Rig.open()) {
      Receipt first = send(rig);
      rig.settle();
      WebhookEvent stop =
          new WebhookEvent.OptedOut(
              origin(rig, rig.only(first).id()),
              Target.phone("+14155550100"),
              WebhookEvent.Scope.CHANNEL,
              "STOP");
      rig.client.receive(new Service(stop), request("right"));
      Receipt second = send(rig);
      rig.settle();
      assertThat(rig.only(second).state()).isEqualTo(DeliveryState.SUPPRESSED);
      assertThat(rig.only(second).suppression())
          .hasValueSatisfying(
              reason ->
                  assertThat(reason)
                      .isIn(SuppressionReason.CHANNEL_OFF, SuppressionReason.INVALID_TARGET));
      assertThat(rig.sms.sent()).hasSize(1);
    }
  }

  @Test
  void aClosedClientReceivesNothing() {
    Rig rig = Rig.open();
    rig.close();
    assertThatThrownBy(() -> rig.client.receive(new Service(), request("right")))
        .isInstanceOf(ClientClosedException.class);
  }
}
