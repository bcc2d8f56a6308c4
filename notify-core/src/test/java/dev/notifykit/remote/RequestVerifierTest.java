package dev.notifykit.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Hmac;
import dev.notifykit.remote.RequestVerifier.Genuine;
import dev.notifykit.remote.RequestVerifier.Refused;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.tracking.WebhookRequest;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RequestVerifierTest {
  static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  static final byte[] OTHER = "fedcba9876543210fedcba9876543210".getBytes(UTF_8);
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final String URL = "https://n.example.com/send?b=2&a=1";
  private static final byte[] BODY = "{\"template\":\"hello\"}".getBytes(UTF_8);

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InMemoryStore store = InMemoryStore.builder().clock(now::get).build();
  private final RequestVerifier verifier =
      RequestVerifier.of(AppSecrets.of(Map.of("shop", SECRET, "crm", OTHER)), store);
  private final RequestSigner signer = RequestSigner.of("shop", SECRET, () -> START);

  private static WebhookRequest request(
      String method, String url, byte[] body, Map<String, String> headers) {
    WebhookRequest.Builder request = WebhookRequest.builder(method, url).body(body);
    headers.forEach(request::header);
    return request.build();
  }

  private RequestVerifier.Verdict verify(String url, Map<String, String> headers) {
    return verifier.verify(request("POST", url, BODY, headers));
  }

  private Map<String, String> signed() {
    return signer.sign("POST", URI.create(URL), BODY);
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> changed = new HashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  @Test
  void whatItsAppSignedIsGenuine() {
    assertThat(verify(URL, signed())).isEqualTo(new Genuine("shop"));
  }

  /** Some servers hand over the path without the host. */
  @Test
  void allOfAPathIsSignedWhateverSlashesItHas() {
    Map<String, String> ofDouble =
        signer.sign("POST", URI.create("https://n.example.com/v1//send"), BODY);
    assertThat(verify("/v1//send", ofDouble)).isEqualTo(new Genuine("shop"));
    Map<String, String> ofRoot = signer.sign("POST", URI.create("https://n.example.com/"), BODY);
    assertThat(verify("/v1//send", ofRoot)).isInstanceOf(Refused.class);
  }

  @Test
  void aFragmentIsNotSignedForItIsNotSent() {
    for (String url : List.of(URL, "https://n.example.com/send")) {
      Map<String, String> headers = signer.sign("POST", URI.create(url + "#a?b=/c"), BODY);
      assertThat(verify(url, headers)).isEqualTo(new Genuine("shop"));
    }
  }

  /** The text and the headers are a wire format: other languages sign by the documentation. */
  @Test
  void theSignatureIsAsDocumented() {
    String text =
        String.join(
            "\n",
            "NOTIFY-HMAC-SHA256",
            "POST",
            "/send",
            "a=1&b=2",
            "shop",
            "1795219200",
            "0123456789abcdef",
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    String signature =
        HexFormat.of().formatHex(Hmac.of("HmacSHA256", new String(SECRET, UTF_8), text));
    WebhookRequest request =
        WebhookRequest.builder("POST", URL)
            .header("X-Notify-App", "shop")
            .header("X-Notify-Timestamp", "1795219200")
            .header("X-Notify-Nonce", "0123456789abcdef")
            .header("X-Notify-Signature", signature)
            .body("{}".getBytes(UTF_8))
            .build();
    now.set(Instant.ofEpochSecond(1_795_219_200L));
    assertThat(verifier.verify(request)).isEqualTo(new Genuine("shop"));
  }

  @Test
  void noChangedPartPasses() {
    Map<String, String> headers = signed();
    List<WebhookRequest> changed = new ArrayList<>();
    changed.add(request("PUT", URL, BODY, headers));
    changed.add(request("POST", URL.replace("send", "sent"), BODY, headers));
    changed.add(request("POST", URL.replace("send", "send/"), BODY, headers));
    changed.add(request("POST", URL.replace("send", "%73end"), BODY, headers));
    changed.add(request("POST", URL + "&c=3", BODY, headers));
    changed.add(request("POST", URL.replace("b=2", "b=3"), BODY, headers));
    changed.add(request("POST", URL.replace("?b=2&a=1", ""), BODY, headers));
    changed.add(request("POST", URL, new byte[0], headers));
    changed.add(request("POST", URL, Arrays.copyOf(BODY, BODY.length + 1), headers));
    for (String app : List.of("crm", "nobody", "", "Shop", "shop ", "a".repeat(101))) {
      changed.add(request("POST", URL, BODY, with(headers, "X-Notify-App", app)));
    }
    String time = headers.get("X-Notify-Timestamp");
    for (String t : List.of("", "0", "-1", "1e9", time + "0", "9".repeat(40), "+" + time)) {
      changed.add(request("POST", URL, BODY, with(headers, "X-Notify-Timestamp", t)));
    }
    for (String nonce : List.of("", "short", "a".repeat(65), "0123456789abcde\n", "a".repeat(24))) {
      changed.add(request("POST", URL, BODY, with(headers, "X-Notify-Nonce", nonce)));
    }
    String signature = headers.get("X-Notify-Signature");
    for (int i = 0; i < signature.length(); i++) {
      String other =
          signature.substring(0, i)
              + (signature.charAt(i) == '0' ? '1' : '0')
              + signature.substring(i + 1);
      changed.add(request("POST", URL, BODY, with(headers, "X-Notify-Signature", other)));
    }
    for (String s : List.of("", signature + "00", signature.substring(1), "g".repeat(64))) {
      changed.add(request("POST", URL, BODY, with(headers, "X-Notify-Signature", s)));
    }
    for (WebhookRequest each : changed) {
      assertThat(verifier.verify(each))
          .isEqualTo(new Refused("the signature is missing or wrong, or the app is unknown"));
    }
    assertThat(verify(URL, headers)).as("none spent the nonce").isInstanceOf(Genuine.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Notify-App", "X-Notify-Timestamp", "X-Notify-Nonce", "X-Notify-Signature"})
  void aMissingHeaderIsRefused(String name) {
    Map<String, String> headers = new HashMap<>(signed());
    headers.remove(name);
    assertThat(verify(URL, headers)).isInstanceOf(Refused.class);
  }

  @Test
  void aRequestPassesOnce() {
    Map<String, String> headers = signed();
    assertThat(verify(URL, headers)).isInstanceOf(Genuine.class);
    assertThat(verify(URL, headers)).isEqualTo(new Refused("the nonce was used before"));
    now.set(START.plusSeconds(299));
    assertThat(verify(URL, headers)).isEqualTo(new Refused("the nonce was used before"));
    assertThat(
            RequestVerifier.of(AppSecrets.of(Map.of("shop", SECRET)), store)
                .verify(request("POST", URL, BODY, headers)))
        .as("on another node")
        .isEqualTo(new Refused("the nonce was used before"));
  }

  @Test
  void ofManyAtOnceOnePasses() throws Exception {
    Map<String, String> headers = signed();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<RequestVerifier.Verdict>> tries =
          java.util.Collections.nCopies(64, () -> verify(URL, headers));
      int passed = 0;
      for (Future<RequestVerifier.Verdict> each : threads.invokeAll(tries)) {
        passed += each.get() instanceof Genuine ? 1 : 0;
      }
      assertThat(passed).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anotherAppMayUseTheSameNonce() {
    Map<String, String> headers = signed();
    assertThat(verify(URL, headers)).isInstanceOf(Genuine.class);
    String text =
        SignedText.of(
            "POST",
            URL,
            "crm",
            headers.get("X-Notify-Timestamp"),
            headers.get("X-Notify-Nonce"),
            BODY);
    String signature =
        HexFormat.of().formatHex(Hmac.of("HmacSHA256", new String(OTHER, UTF_8), text));
    Map<String, String> others =
        with(with(headers, "X-Notify-App", "crm"), "X-Notify-Signature", signature);
    assertThat(verify(URL, others)).isEqualTo(new Genuine("crm"));
  }

  @ParameterizedTest
  @CsvSource({"-301, false", "-300, true", "0, true", "300, true", "301, false", "86400, false"})
  void theClocksMayDifferByFiveMinutesEitherWay(long seconds, boolean passes) {
    now.set(START.plusSeconds(seconds));
    Map<String, String> headers = signed();
    assertThat(verify(URL, headers) instanceof Genuine).isEqualTo(passes);
    if (!passes) {
      assertThat(verify(URL, headers))
          .isEqualTo(new Refused("the request's time is more than 300 seconds away"));
    }
  }

  /** A request from the future is refused again when its time has come, and until it is too old. */
  @Test
  void aNonceIsKnownForAsLongAsItsRequestWouldPass() {
    now.set(START.minusSeconds(300));
    Map<String, String> headers = signed();
    assertThat(verify(URL, headers)).isInstanceOf(Genuine.class);
    for (int second = -300; second <= 300; second += 50) {
      now.set(START.plusSeconds(second));
      assertThat(verify(URL, headers)).isInstanceOf(Refused.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a=1&b=2, b=2&a=1, true",
    "a=1&&b=2&, b=2&a=1, true",
    "a, a, true",
    "a=1&a=2, a=2&a=1, false",
    "a=1&%61=2, %61=2&a=1, false",
    "a=b%26c=d, a=b&c=d, false",
    "a=1, A=1, false",
    "a=%2f, a=%2F, false",
    "a=+, a=%20, false",
    "a=1, a=1%00, false",
    "a=, a, false"
  })
  void theOrderOfDifferentFieldsIsAllThatMayChange(String signed, String sent, boolean passes) {
    String base = "https://n.example.com/send?";
    Map<String, String> headers = signer.sign("POST", URI.create(base + signed), BODY);
    assertThat(verify(base + sent, headers) instanceof Genuine).isEqualTo(passes);
  }

  @Test
  void aBadlyEncodedQueryIsRefused() {
    assertThat(verify("https://n.example.com/send?%zz=1", signed())).isInstanceOf(Refused.class);
  }

  @Test
  void twoSecretsVerifyWhileOneReplacesTheOther() {
    RequestVerifier both = RequestVerifier.of(app -> List.of(OTHER, SECRET), store);
    assertThat(both.verify(request("POST", URL, BODY, signed()))).isInstanceOf(Genuine.class);
    RequestVerifier later = RequestVerifier.of(app -> List.of(OTHER), store);
    assertThat(later.verify(request("POST", URL, BODY, signed()))).isInstanceOf(Refused.class);
  }

  @Test
  void theSecretIsNowhereToBeSeen() {
    assertThat(signed().toString()).doesNotContain(new String(SECRET, UTF_8));
    assertThat(signer).hasToString("RequestSigner[shop]");
  }

  @Test
  void malformedKeysAndSecretsAreRefused() {
    assertThatThrownBy(() -> RequestSigner.of("a b", SECRET))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> RequestSigner.of("a", new byte[31]))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> AppSecrets.of(Map.of("a", new byte[31])))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> AppSecrets.of(Map.of("a\nb", SECRET)))
        .isInstanceOf(ConfigurationException.class);
  }
}
