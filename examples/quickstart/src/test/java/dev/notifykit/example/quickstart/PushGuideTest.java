package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.test.apns.ApnsAnswer;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.fcm.FcmAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The samples of docs/push.md, and that they do what it says. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PushGuideTest {
  private static final String IPHONE = "ab".repeat(32);
  private static final String ANDROID = "android-token";

  @TempDir Path keys;

  private static ApnsProvider apns(Path keyFile) throws IOException {
    // region apns
    ApnsProvider apns =
        ApnsProvider.builder()
            .signingKey(Files.readString(keyFile)) // AuthKey_ABC123DEFG.p8
            .keyId("ABC123DEFG")
            .teamId("DEF123GHIJ")
            .topic("com.example.shop") // the bundle id; once for each app of the team
            .build();
    // endregion
    return apns;
  }

  private static void saveIphone(NotificationClient client, String token) {
    // region iphone
    client
        .recipients()
        .save(
            Recipient.builder("user-42")
                .device(
                    Device.builder(Platform.IOS, token)
                        .appId("com.example.shop") // needed only with several apps
                        .environment(Device.Environment.SANDBOX) // default PRODUCTION
                        .build())
                .build());
    // endregion
  }

  private static FcmProvider fcm(Path serviceAccount) throws IOException {
    // region fcm
    FcmProvider fcm =
        FcmProvider.builder()
            .credentials(Files.readString(serviceAccount)) // the downloaded JSON
            .build();
    // endregion
    return fcm;
  }

  private static Receipt firstPush(NotificationClient client) {
    // region first-push
    Receipt receipt =
        client
            .notification()
            .to("user-42")
            .content(
                PushMessage.builder()
                    .title("Your order has shipped")
                    .body("It arrives on Tuesday.")
                    .link("shop://orders/A-1001")
                    .build())
            .send();
    // endregion
    return receipt;
  }

  private static PushMessage typed() {
    // region options
    PushMessage message =
        PushMessage.builder()
            .title("Your order has shipped")
            .apns(
                ApnsOptions.builder()
                    .interruptionLevel(ApnsOptions.InterruptionLevel.TIME_SENSITIVE)
                    .threadId("orders")
                    .build())
            .fcm(
                FcmOptions.builder()
                    .android(AndroidOptions.builder().channelId("orders").build())
                    .build())
            .build();
    // endregion
    return message;
  }

  private static PushMessage liveActivity(Instant changedAt) {
    // region live-activity
    PushMessage update =
        PushMessage.builder()
            .apns(
                ApnsOptions.builder()
                    .liveActivity(LiveActivity.update(Map.of("stops", 2)).withTimestamp(changedAt))
                    .build())
            .build();
    // endregion
    return update;
  }

  private static Receipt startedActivity(NotificationClient client, String pushToStartToken) {
    // region live-activity-start
    Recipient phone = Recipient.builder("user-42").device(Device.ios(pushToStartToken)).build();
    LiveActivity start =
        LiveActivity.start("DeliveryAttributes", Map.of("orderNo", "A-1001"), Map.of("stops", 5))
            .withInputPushToken(); // on iOS 18: the app is given the token for the updates
    Receipt receipt =
        client
            .notification()
            .to(phone)
            .content(
                PushMessage.builder()
                    .title("On its way")
                    .body("5 stops to go")
                    .apns(ApnsOptions.builder().liveActivity(start).build())
                    .build())
            .send();
    // endregion
    return receipt;
  }

  private static Receipt broadcast(NotificationClient client) {
    // region broadcast
    Receipt receipt =
        client
            .notification()
            .to(Recipient.builder("news").device(Device.topic("news")).build())
            .content(PushMessage.builder().title("Sale until midnight").build())
            .send();
    // endregion
    return receipt;
  }

  private Path keyFile() throws IOException {
    return Files.writeString(keys.resolve("AuthKey_ABC123DEFG.p8"), Phones.signingKey());
  }

  private static NotificationClient client(Provider... providers) {
    NotificationClient.Builder client = NotificationClient.builder();
    for (Provider provider : providers) {
      client.provider(provider);
    }
    return client.build();
  }

  @Test
  void theProvidersAreMadeFromWhatTheConsolesGive() throws IOException {
    try (FakeFcmServer google = FakeFcmServer.start()) {
      Path account = Files.writeString(keys.resolve("account.json"), google.credentials());
      try (ApnsProvider apns = apns(keyFile());
          FcmProvider fcm = fcm(account)) {
        assertThat(apns.serves(dev.notifykit.Target.device(Device.ios(IPHONE)))).isTrue();
        assertThat(fcm.serves(dev.notifykit.Target.device(Device.android(ANDROID)))).isTrue();
      }
    }
  }

  @Test
  void theSamplesArriveAndTheirOptionsWithThem() {
    try (FakeApnsServer apple = FakeApnsServer.start();
        FakeFcmServer google = FakeFcmServer.start()) {
      // region testing
      ApnsProvider apns =
          ApnsProvider.builder()
              .signingKey(Phones.signingKey()) // any key of the right kind
              .keyId("ABC123DEFG")
              .teamId("DEF123GHIJ")
              .topic("com.example.shop")
              .server(apple.host(), apple.port())
              .trustedCertificates(apple.certificate())
              .build();
      FcmProvider fcm =
          FcmProvider.builder().credentials(google.credentials()).endpoint(google.url()).build();
      // endregion
      try (NotificationClient client = client(apns, fcm)) {
        saveIphone(client, IPHONE);
        assertThat(firstPush(client).completion().toCompletableFuture().join())
            .extracting(Delivery::state)
            .containsExactly(DeliveryState.ACCEPTED);
        assertThat(apple.pushes())
            .singleElement()
            .satisfies(push -> assertThat(push.payload()).contains("It arrives on Tuesday."));
        broadcast(client).completion().toCompletableFuture().join();
        assertThat(google.messages())
            .singleElement()
            .satisfies(message -> assertThat(message.body()).contains("\"topic\":\"news\""));
        send(client, typed(), Device.ios(IPHONE));
        send(client, typed(), Device.android(ANDROID));
        send(client, liveActivity(Instant.ofEpochSecond(1_700_000)), Device.ios(IPHONE));
        assertThat(apple.pushes().get(1).payload()).contains("time-sensitive");
        assertThat(apple.pushes().get(2).payload()).contains("\"stops\":2", "1700000");
        startedActivity(client, IPHONE).completion().toCompletableFuture().join();
        assertThat(apple.pushes().get(3).payload()).contains("\"input-push-token\":1");
        assertThat(google.messages().get(1).body()).contains("\"channel_id\":\"orders\"");
        // region answers
        apple.answer(push -> ApnsAnswer.unregistered(Instant.now()));
        google.answer(
            message -> FcmAnswer.refuse(503, "UNAVAILABLE", "UNAVAILABLE").withRetryAfter("30"));
        // endregion
        assertThat(send(client, typed(), Device.ios(IPHONE)).state())
            .isEqualTo(DeliveryState.SUPPRESSED);
      }
    }
  }

  private static Delivery send(NotificationClient client, PushMessage message, Device device) {
    return client
        .notification()
        .to(Recipient.builder("user-43").device(device).build())
        .via(Channel.PUSH)
        .content(message)
        .send()
        .completion()
        .toCompletableFuture()
        .join()
        .get(0);
  }
}
