package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers with TLS whose certificates are of a private authority. */
@Timeout(60)
final class RedisTlsTest {
  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final char[] PASSWORD = "of a store in memory".toCharArray();

  @TempDir private Path folder;
  private @Nullable RedisProcess server;

  @AfterEach
  void end() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whomTheClientTrustsIsTalkedTo() throws Exception {
    String uri = serve("127.0.0.1", "no");
    try (RedisStore one = RedisStore.builder(uri).tls(trust(), null).build();
        RedisStore other = RedisStore.builder(uri).tls(trust(), null).build()) {
      Queue<Route> told = new ConcurrentLinkedQueue<>();
      other.queue().onWork(told::add);
      assertThat(Sends.send(one, "event").verdict()).isEqualTo(Verdict.NEW);
      Await.until("word of the work", () -> told.contains(Route.EMAIL));
      assertThat(Sends.claimAll(other)).containsExactly("event");
    }
  }

  @Test
  void whomItDoesNotTrustIsRefused() throws Exception {
    String uri = serve("127.0.0.1", "no");
    assertThatThrownBy(() -> RedisStore.builder(uri).build().close())
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("Redis cannot be reached")
        .hasMessageContaining("CertPath"); // what the JDK calls a chain that ends nowhere
  }

  @Test
  void serverByAnotherNameIsRefused() throws Exception {
    String uri = serve("redis.example", "no");
    TrustManagerFactory trust = trust();
    assertThatThrownBy(() -> RedisStore.builder(uri).tls(trust, null).build().close())
        .isInstanceOf(StoreException.class);
  }

  @Test
  void serverMayAskWhoTheClientIs() throws Exception {
    String uri = serve("127.0.0.1", "yes");
    TrustManagerFactory trust = trust();
    assertThatThrownBy(() -> RedisStore.builder(uri).tls(trust, null).build().close())
        .isInstanceOf(StoreException.class);
    try (RedisStore store = RedisStore.builder(uri).tls(trust, keys()).build()) {
      assertThat(Sends.send(store, "event").verdict()).isEqualTo(Verdict.NEW);
    }
  }

  @Test
  void clusterIsTalkedToAlike() throws Exception {
    String uri = serve("127.0.0.1", "yes", "--cluster-enabled", "yes", "--tls-cluster", "yes");
    RedisProcess started = running();
    started.ask(redis -> redis.clusterAddSlots(IntStream.range(0, 16_384).toArray()));
    Await.until(
        "the cluster",
        () -> started.ask(redis -> redis.clusterInfo()).contains("cluster_state:ok"));
    try (RedisStore store = RedisStore.clusterBuilder(uri).tls(trust(), keys()).build()) {
      assertThat(Sends.send(store, "event").verdict()).isEqualTo(Verdict.NEW);
      assertThat(Sends.claimAll(store)).containsExactly("event");
    }
  }

  @Test
  void trustForConnectionsInTheClearIsRefused() throws Exception {
    TrustManagerFactory trust = trust();
    assertThatThrownBy(
            () -> RedisStore.builder("redis://127.0.0.1:1").tls(trust, null).build().close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("tls is given, and the URI is one without TLS");
  }

  /** Starts a server under a name and returns where it listens with TLS. */
  private String serve(String name, String asksClients, String... settings) throws IOException {
    requireTls();
    HeldCertificate own = signed(name);
    String port = Integer.toString(RedisProcess.freePort());
    String[] tls = {
      "--tls-port", port,
      "--tls-cert-file", file("server.crt", own.certificatePem()),
      "--tls-key-file", file("server.key", own.privateKeyPkcs8Pem()),
      "--tls-ca-cert-file", file("authority.crt", AUTHORITY.certificatePem()),
      "--tls-auth-clients", asksClients
    };
    String[] all = new String[tls.length + settings.length];
    System.arraycopy(tls, 0, all, 0, tls.length);
    System.arraycopy(settings, 0, all, tls.length, settings.length);
    server = RedisProcess.start(all);
    return "rediss://127.0.0.1:" + port;
  }

  private static void requireTls() {
    try (RedisProcess plain = RedisProcess.start()) {
      assumeFalse(
          plain.ask(redis -> redis.configGet("tls-port")).isEmpty(),
          "this Redis was built without TLS");
    }
  }

  private RedisProcess running() {
    return Objects.requireNonNull(server);
  }

  private String file(String name, String pem) throws IOException {
    return Files.writeString(folder.resolve(name), pem).toString();
  }

  private static HeldCertificate signed(String name) {
    return new HeldCertificate.Builder()
        .signedBy(AUTHORITY)
        .addSubjectAlternativeName(name)
        .build();
  }

  private static TrustManagerFactory trust() throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setCertificateEntry("authority", AUTHORITY.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private static KeyManagerFactory keys() throws GeneralSecurityException, IOException {
    HeldCertificate own = signed("shop");
    KeyStore store = emptyStore();
    X509Certificate[] chain = {own.certificate(), AUTHORITY.certificate()};
    store.setKeyEntry("shop", own.keyPair().getPrivate(), PASSWORD, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    return keys;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
