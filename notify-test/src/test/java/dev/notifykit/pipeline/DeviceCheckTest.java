package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.Device;
import dev.notifykit.Explanation;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Recipients;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.RecordingProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens that providers know to be none, as devices are saved and given with a notification. */
@Timeout(60)
class DeviceCheckTest {
  private static final Device BAD = Device.ios("not-a-token");

  /** Takes tokens of digits only, of iPhones and of one app where it is given one. */
  private record Digits(String name, String app) implements Provider {
    @Override
    public Channel channel() {
      return Channel.PUSH;
    }

    @Override
    public Set<Route> routes() {
      return Set.of(Route.APNS);
    }

    @Override
    public boolean serves(Target target) {
      return app.isEmpty()
          || target.device().flatMap(Device::appId).filter(app::equals).isPresent();
    }

    @Override
    public Optional<Outcome.InvalidTarget> check(Target target) {
      return target.address().matches("[0-9]+")
          ? Optional.empty()
          : Optional.of(new Outcome.InvalidTarget("no-digits"));
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      Optional<Outcome> invalid = check(request.target()).map(Outcome.class::cast);
      return CompletableFuture.completedFuture(invalid.orElse(new Outcome.Accepted("m")));
    }

    @Override
    public void close() {}
  }

  private static NotificationClient client(Provider... providers) {
    return client(InMemoryStore.create(), providers);
  }

  private static NotificationClient client(InMemoryStore store, Provider... providers) {
    NotificationClient.Builder builder = NotificationClient.builder().store(store);
    for (Provider provider : providers) {
      builder.provider(provider);
    }
    return builder.build();
  }

  private static Recipient ann(Device... devices) {
    Recipient.Builder ann = Recipient.builder("ann");
    for (Device device : devices) {
      ann.device(device);
    }
    return ann.build();
  }

  private static void refuses(Runnable save) {
    assertThatThrownBy(save::run)
        .isInstanceOf(InvalidNotificationException.class)
        .hasMessageEndingWith(
            "device.token of device "
                + BAD.id()
                + " has 11 characters and would be refused: no-digits");
  }

  @Test
  void aTokenThatIsNoneIsRefusedWithTheReasonAndNothingIsSaved() {
    try (NotificationClient client = client(new Digits("digits", ""))) {
      Recipients recipients = client.recipients();
      refuses(() -> recipients.save(ann(Device.ios("123"), BAD)));
      assertThat(recipients.find("ann")).isEmpty();
      recipients.save(ann(Device.ios("123")));
      refuses(() -> recipients.registerDevice("ann", BAD));
      refuses(
          () ->
              recipients.registerDevice("ann", BAD.toBuilder().disabledAt(Instant.EPOCH).build()));
      assertThat(recipients.find("ann").orElseThrow().devices()).hasSize(1);
      refuses(() -> client.forTenant("acme").recipients().save(ann(BAD)));
    }
  }

  @Test
  void itIsEnoughThatOneProviderTakesIt() {
    try (NotificationClient client =
        client(new Digits("digits", ""), new Digits("digits-shop", "shop"))) {
      refuses(() -> client.recipients().save(ann(BAD)));
    }
    try (NotificationClient client = client(new Digits("digits", ""), anything())) {
      client.recipients().save(ann(BAD));
    }
  }

  private static Provider anything() {
    return new Provider() {
      @Override
      public String name() {
        return "anything";
      }

      @Override
      public Channel channel() {
        return Channel.PUSH;
      }

      @Override
      public CompletionStage<Outcome> send(SendRequest request) {
        return CompletableFuture.completedFuture(new Outcome.Accepted("m"));
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void whatNoProviderServesIsSavedUnseen() {
    try (NotificationClient client = client(new Digits("digits", "shop"))) {
      client.recipients().save(ann(BAD, Device.android("t-1")));
      Device ofTheShop = Device.builder(Platform.IOS, "not-a-token").appId("shop").build();
      refuses(() -> client.recipients().save(ann(ofTheShop)));
    }
  }

  @Test
  void aDisabledDeviceKeepsItsProfileFromNoSave() {
    try (NotificationClient client = client(new Digits("digits", ""))) {
      client.recipients().save(ann(BAD.toBuilder().disabledAt(Instant.EPOCH).build()));
      assertThat(client.recipients().find("ann")).isPresent();
    }
  }

  private static final AtomicInteger EVENTS = new AtomicInteger();

  private static Notification.Builder push(Recipient... recipients) {
    Notification.Builder builder =
        Notification.builder().eventId("event#" + EVENTS.incrementAndGet()).content(message());
    for (Recipient recipient : recipients) {
      builder.to(recipient);
    }
    return builder;
  }

  private static Recipient bob(Device device) {
    return Recipient.builder("bob").phone("+14155550100").device(device).build();
  }

  @Test
  void aTokenGivenWithANotificationIsRefusedAndNothingOfItsBatchIsStored() {
    InMemoryStore store = InMemoryStore.create();
    try (NotificationClient client = client(store, new Digits("digits", ""))) {
      Notification good = push(ann(Device.ios("123"))).build();
      Notification oneBad = push(ann(Device.ios("123"), BAD)).build();
      Notification otherBad = push(ann(Device.ios("123")), bob(BAD)).build();
      refuses(() -> client.send(oneBad));
      refuses(() -> client.send(otherBad));
      refuses(() -> client.sendAll(List.of(good, oneBad)));
      for (Notification refused : List.of(good, oneBad, otherBad)) {
        assertThat(store.queue().findEvent("", refused.eventId().orElseThrow())).isEmpty();
      }
      client.sendAll(List.of(good));
      assertThat(store.queue().findEvent("", good.eventId().orElseThrow())).isPresent();
    }
  }

  @Test
  void explainTellsThatATokenGivenWithANotificationWouldBeRefused() {
    try (NotificationClient client = client(new Digits("digits", ""))) {
      assertThat(client.explain(push(ann(BAD)).build()).decisions())
          .last()
          .satisfies(
              decision -> {
                assertThat(decision.verdict()).isEqualTo(Explanation.Verdict.REFUSE);
                assertThat(decision.detail())
                    .contains("device.token", BAD.id(), "no-digits")
                    .doesNotContain(BAD.token());
              });
    }
  }

  @Test
  void aGivenTokenIsTakenWhereOneProviderTakesItOrNoneServesIt() {
    try (NotificationClient client = client(new Digits("digits", ""), anything())) {
      client.send(push(ann(BAD)).build());
    }
    try (NotificationClient client = client(new Digits("digits", "shop"))) {
      client.send(push(ann(BAD)).build());
    }
    try (NotificationClient client =
        client(new Digits("digits", ""), new Digits("digits-shop", "shop"))) {
      refuses(() -> client.send(push(ann(BAD)).build()));
    }
  }

  @Test
  void aGivenTokenIsLookedAtWhereThePushIsSentOrStandsInOnly() {
    SmsMessage text = SmsMessage.of("t");
    try (NotificationClient client =
        client(new Digits("digits", ""), RecordingProvider.builder(Channel.SMS).build())) {
      client.send(push(bob(BAD)).content(text).via(Channel.SMS).build());
      Notification standIn =
          push(bob(BAD))
              .content(text)
              .via(Channel.SMS)
              .fallback(Channel.SMS, Channel.PUSH)
              .after(Duration.ofHours(1))
              .build();
      refuses(() -> client.send(standIn));
      client.send(push(ann(BAD.toBuilder().disabledAt(Instant.EPOCH).build())).build());
    }
  }

  @Test
  void aStoredTokenThatIsNoneEndsAsAnInvalidTargetAndDisablesItsDevice() {
    InMemoryStore store = InMemoryStore.create();
    store.recipients().save("", ann(BAD));
    try (NotificationClient client = client(store, new Digits("digits", ""))) {
      Receipt receipt = client.notification().to("ann").content(message()).send();
      Delivery delivery = receipt.completion().toCompletableFuture().join().get(0);
      assertThat(delivery.suppression()).contains(SuppressionReason.INVALID_TARGET);
      assertThat(client.recipients().find("ann").orElseThrow().devices())
          .singleElement()
          .satisfies(device -> assertThat(device.disabledAt()).isPresent());
    }
  }

  private static PushMessage message() {
    return PushMessage.builder().title("t").build();
  }
}
