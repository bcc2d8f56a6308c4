package dev.notifykit.benchmarks;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.messaging.BatchResponse;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.template.TemplateSource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Pushes through the whole client against {@code sendEachAsync} of firebase-admin as it comes, to a
 * server that answers after 50 ms. The ramp-up, which spares a cold project, is off. {@code
 * -Ddeliveries} and {@code -Drounds} scale it down.
 */
final class Fcm {
  private static final int IN_FLIGHT = 500; // the provider's default
  private static final int OURS = Integer.getInteger("deliveries", 40_000);
  private static final int PEER = OURS / 8; // which takes it about as long
  private static final int BATCH = 500; // the most that sendEachAsync takes
  private static final int RECIPIENTS = 1_000;
  private static final String KEY = key();

  private Fcm() {}

  public static void main(String[] args) throws Exception {
    new Comparison("fcm", "pushes/s")
        .add("ours", Fcm::ours)
        .add("floor", Fcm::floor)
        .add("peer", Fcm::peer)
        .remark(Meter::last)
        .run(2, Integer.getInteger("rounds", 3));
  }

  private static double ours() {
    try (HttpSink sink = new HttpSink();
        NotificationClient client = client(sink)) {
      double rate =
          Sending.through(
              client,
              OURS,
              sink.messages::sum,
              i ->
                  client
                      .notification("order")
                      .to("user-" + i % RECIPIENTS)
                      .via(Channel.PUSH)
                      .with("orderNo", i)
                      .send());
      Sending.report("ours", sink);
      return rate;
    }
  }

  private static NotificationClient client(HttpSink sink) {
    NotificationClient client =
        NotificationClient.builder()
            .provider(
                FcmProvider.builder()
                    .credentials(credentials(sink))
                    .endpoint(sink.url())
                    .maxInFlight(IN_FLIGHT)
                    .rampUp(Duration.ZERO)
                    .build())
            .templates(
                TemplateSource.of(
                    Map.of(
                        "order/push.title", "Order {{orderNo}}",
                        "order/push.body", "Your order {{orderNo}} has shipped.")))
            .build();
    for (int i = 0; i < RECIPIENTS; i++) {
      client
          .recipients()
          .save(Recipient.builder("user-" + i).device(Device.android(token(i))).build());
    }
    return client;
  }

  private static double floor() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      String body =
          "{\"message\":{\"token\":\""
              + token(1)
              + "\",\"notification\":{\"title\":\"Order 1\",\"body\":\"It has shipped.\"}}}";
      double rate =
          Sending.floor(
              sink, "/v1/projects/demo/messages:send", "application/json", body, IN_FLIGHT, OURS);
      Sending.report("floor", sink);
      return rate;
    }
  }

  private static double peer() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      FirebaseApp app =
          FirebaseApp.initializeApp(
              FirebaseOptions.builder()
                  .setCredentials(
                      ServiceAccountCredentials.fromStream(
                          new ByteArrayInputStream(
                              credentials(sink).getBytes(StandardCharsets.UTF_8))))
                  .setHttpTransport(new RedirectedTransport(sink.url()))
                  .build(),
              "peer-" + UUID.randomUUID());
      Meter meter = new Meter();
      List<com.google.api.core.ApiFuture<BatchResponse>> sent = new ArrayList<>();
      for (int i = 0; i < PEER; i += BATCH) {
        int end = Math.min(i + BATCH, PEER);
        sent.add(FirebaseMessaging.getInstance(app).sendEachAsync(batch(i, end)));
      }
      for (com.google.api.core.ApiFuture<BatchResponse> batch : sent) {
        if (batch.get().getFailureCount() > 0) {
          throw new IllegalStateException("the peer failed");
        }
      }
      double rate = meter.perSecond(PEER);
      Sending.report("peer", sink);
      app.delete();
      return rate;
    }
  }

  private static List<Message> batch(int from, int end) {
    List<Message> batch = new ArrayList<>();
    for (int i = from; i < end; i++) {
      batch.add(
          Message.builder()
              .setToken(token(i % RECIPIENTS))
              .setNotification(
                  Notification.builder()
                      .setTitle("Order " + i)
                      .setBody("Your order " + i + " has shipped.")
                      .build())
              .build());
    }
    return batch;
  }

  private static String token(int i) {
    return "token-" + i + "-" + "x".repeat(130);
  }

  private static String credentials(HttpSink sink) {
    return """
    {"type":"service_account","project_id":"demo-project","private_key_id":"1",
     "client_email":"sender@demo-project.example","client_id":"1",
     "private_key":"%s","token_uri":"%s/token"}
    """
        .formatted(KEY, sink.url());
  }

  private static String key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\\n"
          + Base64.getEncoder().encodeToString(key)
          + "\\n-----END PRIVATE KEY-----\\n";
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
