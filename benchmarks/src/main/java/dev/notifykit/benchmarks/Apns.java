package dev.notifykit.benchmarks;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.server.AcceptAllPushNotificationHandlerFactory;
import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.MockApnsServerListener;
import com.eatthepath.pushy.apns.util.SimpleApnsPayloadBuilder;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.tls.HeldCertificate;

/**
 * Pushes through the whole client against pushy alone, both with 1,000 in flight on one connection,
 * to pushy's own mock server: the same payload, and the same headers. {@code --memory} sends a
 * million and prints the heap on the way.
 */
final class Apns {
  private static final int PUSHES = 100_000;
  private static final int IN_FLIGHT = 1_000;
  private static final int RECIPIENTS = 1_000;
  private static final Duration KEPT = Duration.ofDays(28);
  private static final String TOPIC = "com.example.shop";
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder()
          .commonName("localhost")
          .addSubjectAlternativeName("localhost")
          .build();
  private static final String P8 = signingKey();

  private Apns() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("--memory")) {
      memory();
    } else {
      new Comparison("apns", "pushes/s")
          .add("ours", Apns::ours)
          .add("floor", Apns::floor)
          .remark(Meter::last)
          .run(5, 5); // so much later the compiler is done with both
    }
  }

  private static double ours() throws Exception {
    try (Server server = new Server();
        NotificationClient client = client(server)) {
      return Sending.through(client, PUSHES, server.taken::sum, i -> send(client, i));
    }
  }

  /** Prints the heap that is in use after a collection, every 100,000 pushes. */
  private static void memory() throws Exception {
    try (Server server = new Server();
        NotificationClient client = client(server)) {
      long first = 0;
      long last = 0;
      for (int hundred = 1; hundred <= 10; hundred++) {
        long before = server.taken.sum();
        Sending.through(client, PUSHES, () -> server.taken.sum() - before, i -> send(client, i));
        last = used();
        first = hundred == 2 ? last : first; // the log of settled deliveries is full by then
        System.out.printf("%,d sent: %,d MB in use%n", hundred * PUSHES, last >> 20);
      }
      System.out.println(
          "RESULT apns-memory after200k="
              + (first >> 20)
              + " after1M="
              + (last >> 20)
              + " unit=MB");
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void send(NotificationClient client, int i) {
    client
        .notification("order")
        .to("user-" + i % RECIPIENTS)
        .via(Channel.PUSH)
        .with("orderNo", i)
        .send();
  }

  private static NotificationClient client(Server server) {
    NotificationClient client =
        NotificationClient.builder()
            .store(InMemoryStore.create())
            .provider(
                ApnsProvider.builder()
                    .signingKey(P8)
                    .keyId("ABC123DEFG")
                    .teamId("DEF123GHIJ")
                    .topic(TOPIC)
                    .server("localhost", server.port)
                    .trustedCertificates(CERTIFICATE.certificate())
                    .maxInFlight(IN_FLIGHT)
                    .build())
            .templates(
                TemplateSource.of(
                    Map.of(
                        "order/push.title", "Order {{orderNo}}",
                        "order/push.body", "Your order {{orderNo}} has shipped.")))
            .build();
    for (int i = 0; i < RECIPIENTS; i++) {
      client.recipients().save(Recipient.builder("user-" + i).device(Device.ios(token(i))).build());
    }
    return client;
  }

  private static double floor() throws Exception {
    try (Server server = new Server()) {
      ApnsClient client =
          new ApnsClientBuilder()
              .setApnsServer("localhost", server.port)
              .setTrustedServerCertificateChain(CERTIFICATE.certificate())
              .setSigningKey(
                  ApnsSigningKey.loadFromInputStream(
                      new ByteArrayInputStream(P8.getBytes(StandardCharsets.US_ASCII)),
                      "DEF123GHIJ",
                      "ABC123DEFG"))
              .build();
      Semaphore room = new Semaphore(IN_FLIGHT);
      Meter meter = new Meter();
      for (int i = 0; i < PUSHES; i++) {
        Sending.take(room);
        push(client, i, room);
      }
      room.acquire(IN_FLIGHT);
      double rate = meter.perSecond(PUSHES);
      client.close().get();
      return rate;
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private static void push(ApnsClient client, int i, Semaphore room) {
    String payload =
        new SimpleApnsPayloadBuilder()
            .setAlertTitle("Order " + i)
            .setAlertBody("Your order " + i + " has shipped.")
            .build();
    UUID id = new UUID(System.nanoTime(), i);
    client
        .sendNotification(
            new SimpleApnsPushNotification(
                token(i % RECIPIENTS),
                TOPIC,
                payload,
                Instant.now().plus(KEPT),
                DeliveryPriority.IMMEDIATE,
                PushType.ALERT,
                id.toString(),
                id))
        .whenComplete(
            (reply, failure) -> {
              room.release();
              if (reply == null || !reply.isAccepted()) {
                throw new IllegalStateException("not accepted", failure);
              }
            });
  }

  private static String token(int i) {
    return HexFormat.of().toHexDigits(i, 8).repeat(8);
  }

  private static String signingKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder().encodeToString(key.getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pushy's mock server, counting. */
  private static final class Server implements AutoCloseable, MockApnsServerListener {
    final LongAdder taken = new LongAdder();
    final int port;
    private final MockApnsServer server;

    Server() throws Exception {
      server =
          new MockApnsServerBuilder()
              .setServerCredentials(
                  new X509Certificate[] {CERTIFICATE.certificate()},
                  CERTIFICATE.keyPair().getPrivate(),
                  null)
              .setHandlerFactory(new AcceptAllPushNotificationHandlerFactory())
              .setMaxConcurrentStreams(2 * IN_FLIGHT)
              .setListener(this)
              .build();
      port = server.start(0).get();
    }

    @Override
    public void handlePushNotificationAccepted(Http2Headers headers, ByteBuf payload) {
      taken.increment();
    }

    @Override
    public void handlePushNotificationRejected(
        Http2Headers headers,
        ByteBuf payload,
        com.eatthepath.pushy.apns.server.RejectionReason reason,
        Instant since) {
      throw new IllegalStateException("rejected: " + reason);
    }

    @Override
    public void close() throws Exception {
      server.shutdown().get();
    }
  }
}
