package dev.notifykit.example.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Recipient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.message.PushMessage;
import dev.notifykit.test.apns.ApnsAnswer;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.apns.ReceivedPush;
import dev.notifykit.test.fcm.FakeFcmServer;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a user's devices, through the whole client and over the wire. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PushDevicesTest {
  private static final Device IPHONE = Device.ios("ab".repeat(32));
  private static final Device ANDROID = Device.android("android-token");
  private static final Device BROWSER = Device.web("browser-token");
  private static final PushMessage HELLO = PushMessage.builder().title("Hello").build();

  private final FakeApnsServer apple = FakeApnsServer.start();
  private final FakeFcmServer google = FakeFcmServer.start();
  private final Queue<NotificationEvent> events = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    apple.close();
    google.close();
  }

  private static ApnsProvider.Builder apns(FakeApnsServer server, String topic) {
    return ApnsProvider.builder()
        .signingKey(Phones.signingKey())
        .keyId("ABC123DEFG")
        .teamId("DEF123GHIJ")
        .topic(topic)
        .server(server.host(), server.port())
        .trustedCertificates(server.certificate());
  }

  private NotificationClient client() {
    return NotificationClient.builder()
        .provider(apns(apple, "com.example.shop").build())
        .provider(
            FcmProvider.builder().credentials(google.credentials()).endpoint(google.url()).build())
        .listener(events::add)
        .build();
  }

  private static List<Delivery> send(NotificationClient client, Recipient recipient) {
    return client
        .notification()
        .to(recipient)
        .content(HELLO)
        .send()
        .completion()
        .toCompletableFuture()
        .join();
  }

  private static List<Delivery> send(NotificationClient client, String recipient) {
    return client
        .notification()
        .to(recipient)
        .content(HELLO)
        .send()
        .completion()
        .toCompletableFuture()
        .join();
  }

  @Test
  void ofThreeDevicesOneIsGoneAndTheOthersGetTheirs() {
    Recipient ann = Recipient.builder("ann").device(IPHONE).device(ANDROID).device(BROWSER).build();
    try (NotificationClient client = client()) {
      client.recipients().save(ann);
      apple.answer(push -> ApnsAnswer.unregistered(Instant.now().plusSeconds(1)));
      assertThat(send(client, "ann"))
          .extracting(Delivery::state)
          .containsExactlyInAnyOrder(
              DeliveryState.SUPPRESSED, DeliveryState.ACCEPTED, DeliveryState.ACCEPTED);
      assertThat(events).hasAtLeastOneElementOfType(NotificationEvent.DeviceDisabled.class);

      assertThat(send(client, "ann")).hasSize(2);
      assertThat(apple.pushes()).hasSize(1);

      apple.answer(push -> ApnsAnswer.accept());
      client.recipients().save(ann);
      assertThat(send(client, "ann"))
          .hasSize(3)
          .extracting(Delivery::state)
          .containsOnly(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aTokenThatMovesToAnotherUserNoLongerReachesTheFirst() {
    try (NotificationClient client = client()) {
      client.recipients().save(Recipient.builder("ann").device(IPHONE).device(ANDROID).build());
      client.recipients().save(Recipient.builder("bob").device(IPHONE).build());
      send(client, "ann");
      assertThat(apple.pushes()).isEmpty();
      assertThat(google.messages()).hasSize(1);
      send(client, "bob");
      assertThat(apple.pushes()).hasSize(1);
    }
  }

  @Test
  void theAppsOfTwoTeamsAreServedByOneClient() {
    try (FakeApnsServer other = FakeApnsServer.start();
        NotificationClient client =
            NotificationClient.builder()
                .provider(apns(apple, "com.example.shop").topic("com.example.shop.kids").build())
                .provider(
                    apns(other, "com.example.driver")
                        .name("apns-driver")
                        .teamId("XYZ123GHIJ")
                        .build())
                .build()) {
      Recipient.Builder ann = Recipient.builder("ann");
      for (String app :
          List.of("com.example.shop", "com.example.shop.kids", "com.example.driver")) {
        ann.device(Device.builder(Platform.IOS, token(app)).appId(app).build());
      }
      assertThat(send(client, ann.build()))
          .extracting(Delivery::state)
          .containsOnly(DeliveryState.ACCEPTED);
      assertThat(apple.pushes())
          .extracting(ReceivedPush::topic)
          .containsExactlyInAnyOrder("com.example.shop", "com.example.shop.kids");
      assertThat(other.pushes())
          .extracting(ReceivedPush::topic)
          .containsExactly("com.example.driver");
    }
  }

  private static String token(String app) {
    return Integer.toHexString(0x1000_0000 | app.hashCode() >>> 4).repeat(8);
  }

  @Test
  void macsAndSafariAreReachedThroughApple() {
    try (NotificationClient client =
        NotificationClient.builder()
            .provider(apns(apple, "com.example.shop").topic("web.com.example.shop").build())
            .build()) {
      Device mac =
          Device.builder(Platform.MACOS, "cd".repeat(32)).appId("com.example.shop").build();
      Device safari =
          Device.builder(Platform.SAFARI, "ef".repeat(32)).appId("web.com.example.shop").build();
      send(client, Recipient.builder("ann").device(mac).device(safari).build());
      assertThat(apple.pushes())
          .extracting(ReceivedPush::topic)
          .containsExactlyInAnyOrder("com.example.shop", "web.com.example.shop");
    }
  }

  @Test
  void aConditionIsABroadcastToo() {
    Device both = Device.condition("'news' in topics && 'ko' in topics");
    try (NotificationClient client = client()) {
      assertThat(send(client, Recipient.builder("everyone").device(both).build()))
          .extracting(Delivery::state)
          .containsExactly(DeliveryState.ACCEPTED);
      assertThat(google.messages())
          .singleElement()
          .satisfies(
              message ->
                  assertThat(message.body())
                      .contains("\"condition\":\"'news' in topics && 'ko' in topics\""));
    }
  }
}
