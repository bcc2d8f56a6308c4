package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Recipient;
import dev.notifykit.Recipients;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens that providers know to be none, as devices are saved. */
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
      return CompletableFuture.completedFuture(new Outcome.Accepted("m"));
    }

    @Override
    public void close() {}
  }

  private static NotificationClient client(Provider... providers) {
    NotificationClient.Builder builder = NotificationClient.builder();
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
        .hasMessage("device.token of device " + BAD.id() + " would be refused: no-digits");
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
}
