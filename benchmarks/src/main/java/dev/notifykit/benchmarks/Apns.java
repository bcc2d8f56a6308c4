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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.tls.HeldCertificate;

/**
 * Pushes through the whole client against pushy alone, both with 1,000 in flight on one connection,
 * to pushy's own mock server: the same payload, and the same headers. {@code --memory} sends a
 * million and prints the heap on the way. {@code -Ddeliveries} and {@code -Drounds} scale it down.
 */
final class Apns {
  private static final int PUSHES = Integer.getInteger("deliveries", 100_000);
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int WARM_UPS = 5; // so much later the compiler is done with both
  private static final int SAMPLES = 10;
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
    try (Server server = new Server();
        ApnsProvider provider = provider(server);
        NotificationClient client = client(provider)) {
      if (args.length > 0 && args[0].equals("--memory")) {
        memory(server, provider, client);
      } else {
        compare(server, client);
      }
    }
  }

  private static void compare(Server server, NotificationClient client) throws Exception {
    try (Server another = new Server();
        Floor floor = new Floor(another)) {
      new Comparison("apns", "pushes/s")
          .add("ours", () -> ours(server, client))
          .add("floor", floor::run)
          .remark(Meter::last)
          .run(WARM_UPS, ROUNDS);
    }
  }

  private static double ours(Server server, NotificationClient client) {
    long before = server.taken.sum();
    return Sending.through(client, PUSHES, () -> server.taken.sum() - before, i -> send(client, i));
  }

  /** Prints on the way the heap in use after a collection, and the most pushes in flight. */
  private static void memory(Server server, ApnsProvider provider, NotificationClient client) {
    List<Long> used = new ArrayList<>();
    int most = 0;
    for (int sample = 1; sample <= SAMPLES; sample++) {
      long before = server.taken.sum();
      int[] seen = {0};
      Sending.through(
          client,
          PUSHES,
          () -> {
            seen[0] = Math.max(seen[0], provider.health().inFlight());
            return server.taken.sum() - before;
          },
          i -> send(client, i));
      most = Math.max(most, seen[0]);
      used.add(used() >> 20);
      System.out.printf(
          "%,d sent: %,d MB in use, at most %,d in flight%n",
          sample * PUSHES, used.get(sample - 1), most);
    }
    System.out.printf(
        "RESULT apns-memory second=%d last=%d inflight=%d unit=MB%n",
        used.get(1), used.get(SAMPLES - 1), most); // by the second sample the log is full
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

  private static ApnsProvider provider(Server server) {
    return ApnsProvider.builder()
        .signingKey(P8)
        .keyId("ABC123DEFG")
        .teamId("DEF123GHIJ")
        .topic(TOPIC)
        .server("localhost", server.port)
        .trustedCertificates(CERTIFICATE.certificate())
        .maxInFlight(IN_FLIGHT)
        .build();
  }

  private static NotificationClient client(ApnsProvider provider) {
    NotificationClient client =
        NotificationClient.builder()
            .store(InMemoryStore.create())
            .provider(provider)
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

  /** Pushy alone, held to as many in flight. */
  private static final class Floor implements AutoCloseable {
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final ApnsClient client;

    Floor(Server server) throws Exception {
      client =
          new ApnsClientBuilder()
              .setApnsServer("localhost", server.port)
              .setTrustedServerCertificateChain(CERTIFICATE.certificate())
              .setSigningKey(
                  ApnsSigningKey.loadFromInputStream(
                      new ByteArrayInputStream(P8.getBytes(StandardCharsets.US_ASCII)),
                      "DEF123GHIJ",
                      "ABC123DEFG"))
              .build();
    }

    double run() throws Exception {
      Meter meter = new Meter();
      for (int i = 0; i < PUSHES; i++) {
        Sending.take(room);
        push(i);
      }
      room.acquire(IN_FLIGHT);
      double rate = meter.perSecond(PUSHES);
      room.release(IN_FLIGHT);
      return rate;
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void push(int i) {
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

    @Override
    public void close() throws Exception {
      client.close().get();
    }
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
