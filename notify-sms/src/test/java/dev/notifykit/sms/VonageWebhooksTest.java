package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.internal.Fingerprint;
import dev.notifykit.internal.Hmac;
import dev.notifykit.sms.VonageWebhooks.Algorithm;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VonageWebhooksTest {
  private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_461_605_396);
  private static final String URL = "https://a.example/vonage";

  private static VonageWebhooks webhooks(Algorithm algorithm, Instant now) {
    return VonageWebhooks.builder()
        .signatureSecret("secret")
        .algorithm(algorithm)
        .tenant("acme")
        .clock(() -> now)
        .build();
  }

  // ---- the sig parameter: the vector of Vonage's own SDKs, and the same under the other
  // algorithms

  @ParameterizedTest
  @CsvSource({
    "MD5_HASH, 6af838ef94998832dbfc29020b564830",
    "MD5_HMAC, c15c21ced558c93a226c305f58f902f2",
    "SHA1_HMAC, 3e19a4e6880fdc2c1426bfd0587c98b9532f0210",
    "SHA256_HMAC, A321E824B9B816BE7C3F28859A31749A098713D39F613C80D455BBAFFAE1CD24",
    "SHA512_HMAC, 812a18f76680fa0fe1b8bd9ee1625466ceb1bd96242e4d050d2cfd9a7b40166c63ed26ec9702168"
        + "781b6edcf1633db8ff95af9341701004eec3fcf9550572ee8",
  })
  void publishedVectorIsGenuine(Algorithm algorithm, String sig) {
    String query = "?b=2&a=1&timestamp=1461605396&sig=" + sig;
    VonageWebhooks webhooks = webhooks(algorithm, SIGNED_AT);
    assertThat(get(webhooks, query).status()).isEqualTo(200);
    assertThat(get(webhooks, query.replace("a=1", "a=2")).status()).isEqualTo(403);
    assertThat(get(webhooks, query + "&c=3").status()).isEqualTo(403);
    assertThat(get(webhooks, query.substring(0, query.indexOf("&sig"))).status()).isEqualTo(403);
    assertThat(post(webhooks, "application/x-www-form-urlencoded", query.substring(1)).status())
        .isEqualTo(200);
    String json = "{\"a\":\"1\",\"b\":2,\"timestamp\":\"1461605396\",\"sig\":\"" + sig + "\"}";
    assertThat(post(webhooks, "application/json", json).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"-301, 403", "-299, 200", "0, 200", "299, 200", "301, 403"})
  void signatureOfAnotherTimeIsStale(int seconds, int status) {
    String query = "?a=1&b=2&timestamp=1461605396&sig=6af838ef94998832dbfc29020b564830";
    VonageWebhooks webhooks = webhooks(Algorithm.MD5_HASH, SIGNED_AT.plusSeconds(seconds));
    assertThat(get(webhooks, query).status()).isEqualTo(status);
  }

  @Test
  void jsonOfTooManyPiecesIsNotReadToFindItsSignature() {
    String sig =
        HexFormat.of()
            .formatHex(Hmac.of("HmacSHA256", "secret", "&a=&timestamp=1461605396")); // not a text
    String json = "{\"a\":[%s[]],\"timestamp\":\"1461605396\",\"sig\":\"" + sig + "\"}";
    VonageWebhooks webhooks = webhooks(Algorithm.SHA256_HMAC, SIGNED_AT);
    assertThat(post(webhooks, "application/json", json.formatted("")).status()).isEqualTo(200);
    String many = json.formatted("[],".repeat(5_000));
    assertThat(post(webhooks, "application/json", many).status()).isEqualTo(403);
  }

  @Test
  void separatorsInAValueSignAsUnderscores() {
    String signed = "&text=a_b_c&timestamp=1461605396";
    String sig = HexFormat.of().formatHex(Hmac.of("HmacSHA256", "secret", signed));
    String query = "?text=a%26b%3Dc&timestamp=1461605396&sig=" + sig;
    assertThat(get(webhooks(Algorithm.SHA256_HMAC, SIGNED_AT), query).status()).isEqualTo(200);
  }

  // ---- the bearer token

  private static String token(String algorithm, String body, Instant at) {
    String head = base64("{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\"}");
    String hash =
        HexFormat.of()
            .formatHex(Fingerprint.sha256().digest(body.getBytes(StandardCharsets.UTF_8)));
    String claims =
        base64(
            "{\"iat\":"
                + at.getEpochSecond()
                + ",\"payload_hash\":\""
                + hash
                + "\",\"jti\":\"x\"}");
    byte[] signature = Hmac.of("HmacSHA256", "secret", head + "." + claims);
    return head
        + "."
        + claims
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int withToken(String token, String body) {
    return webhooks(Algorithm.SHA256_HMAC, SIGNED_AT)
        .handle(
            WebhookRequest.builder("POST", URL)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .build())
        .status();
  }

  @Test
  void tokenCoversTheBodyAndTheTime() {
    String body = "{\"messageId\":\"m\",\"status\":\"delivered\"}";
    String token = token("HS256", body, SIGNED_AT);
    assertThat(withToken(token, body)).isEqualTo(200);
    assertThat(withToken(token, body + " ")).isEqualTo(403);
    assertThat(withToken(token + "A", body)).isEqualTo(403);
    assertThat(withToken(token("none", body, SIGNED_AT), body)).isEqualTo(403);
    assertThat(withToken(token("HS256", "", SIGNED_AT), "")).isEqualTo(403);
    Instant old = SIGNED_AT.minus(Duration.ofMinutes(6));
    assertThat(withToken(token("HS256", body, old), body)).isEqualTo(403);
    assertThat(withToken("nonsense", body)).isEqualTo(403);
    assertThat(withToken("a.b.c", body)).isEqualTo(403);
    assertThat(withToken(token.substring(0, token.lastIndexOf('.') + 1), body)).isEqualTo(403);
  }

  // ---- events

  private List<WebhookEvent> events(Map<String, String> parameters) {
    Map<String, String> all = new TreeMap<>(parameters);
    all.put("timestamp", "1461605396");
    StringBuilder signed = new StringBuilder();
    all.forEach((name, value) -> signed.append('&').append(name).append('=').append(value));
    all.put("sig", HexFormat.of().formatHex(Hmac.of("HmacSHA256", "secret", signed.toString())));
    WebhookResult result = get(webhooks(Algorithm.SHA256_HMAC, SIGNED_AT), "?" + Wire.encode(all));
    assertThat(result).isInstanceOf(WebhookResult.Accepted.class);
    return ((WebhookResult.Accepted) result).events();
  }

  private List<WebhookEvent> report(String status, String code) {
    return events(
        Map.of(
            "msisdn",
            "14155550123",
            "messageId",
            "0A1",
            "status",
            status,
            "err-code",
            code,
            "client-ref",
            Requests.ID.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "accepted, ACCEPTED",
    "buffered, ACCEPTED",
    "delivered, DELIVERED",
    "expired, UNDELIVERED",
    "failed, UNDELIVERED",
    "rejected, UNDELIVERED",
    "deleted, UNDELIVERED",
  })
  void statusIsReported(String status, DeliveryState state) {
    Origin origin =
        new Origin("vonage:0A1:" + status, "vonage", null, Requests.ID, "acme", SIGNED_AT);
    assertThat(report(status, "0"))
        .containsExactly(new WebhookEvent.DeliveryReport(origin, state, "0"));
  }

  @Test
  void unknownStatusSaysNothing() {
    assertThat(report("unknown", "1")).isEmpty();
  }

  @Test
  void failureSaysWhatIsWrongWithTheNumber() {
    assertThat(report("failed", "3").get(1))
        .isInstanceOfSatisfying(
            WebhookEvent.TargetInvalid.class,
            e -> assertThat(e.target()).isEqualTo(Target.phone("+14155550123")));
    assertThat(report("rejected", "9").get(1)).isInstanceOf(WebhookEvent.OptedOut.class);
    assertThat(report("failed", "2")).hasSize(1);
  }

  @Test
  void receiptWithoutOurReferenceIsKnownByVonagesId() {
    List<WebhookEvent> events =
        events(Map.of("messageId", "0A1", "status", "delivered", "client-ref", "other"));
    assertThat(events.get(0).origin().messageId()).isEqualTo("0A1");
    assertThat(events.get(0).origin().deliveryId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "stop ", "Quit"})
  void stopWordOptsOut(String word) {
    assertThat(events(Map.of("msisdn", "14155550123", "messageId", "0A1", "text", word)))
        .singleElement()
        .isInstanceOf(WebhookEvent.OptedOut.class);
  }

  @Test
  void tenantThatNoneCanHaveIsRefused() {
    assertThatThrownBy(() -> VonageWebhooks.builder().tenant("a\nb"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tenant");
  }

  @Test
  void secretIsRequired() {
    assertThatThrownBy(VonageWebhooks.builder()::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("signatureSecret");
  }

  private static WebhookResult get(VonageWebhooks webhooks, String query) {
    return webhooks.handle(WebhookRequest.builder("GET", URL + query).build());
  }

  private static WebhookResult post(VonageWebhooks webhooks, String type, String body) {
    return webhooks.handle(
        WebhookRequest.builder("POST", URL)
            .header("Content-Type", type)
            .body(body.getBytes(StandardCharsets.UTF_8))
            .build());
  }
}
