package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.internal.Hmac;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TwilioWebhooksTest {
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  // ---- Twilio's published vectors

  private static final String URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
  private static final String FORM =
      "Digits=1234&CallSid=CA1234567890ABCDE&To=%2B18005551212&Caller=%2B14158675309"
          + "&From=%2B14158675309";
  private static final String JSON = "{\"property\": \"value\", \"boolean\": true}";
  private static final String JSON_HASH =
      "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

  private final TwilioWebhooks published = TwilioWebhooks.builder().authToken("12345").build();

  private int status(String url, String type, String body, String signature) {
    return published
        .handle(
            WebhookRequest.builder("POST", url)
                .header("content-type", type)
                .header("x-twilio-signature", signature)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .build())
        .status();
  }

  @ParameterizedTest
  @CsvSource({
    "https://mycompany.com/myapp.php?foo=1&bar=2, RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    "https://mycompany.com:1234/myapp.php?foo=1&bar=2, RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    "http://mycompany.com:1234/myapp.php?foo=1&bar=2, Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
    "https://mycompany.com/myapp.php?foo=1&bar=2, kvajT1Ptam85bY51eRf/AJRuM3w=",
    "http://mycompany.com/myapp.php?foo=1&bar=2, 0ZXoZLH/DfblKGATFgpif+LLRf4=",
  })
  void publishedVectorOfAFormIsGenuine(String url, String signature) {
    assertThat(status(url, "application/x-www-form-urlencoded", FORM, signature)).isEqualTo(204);
    assertThat(status(url, "application/x-www-form-urlencoded; charset=UTF-8", FORM, signature))
        .isEqualTo(204);
  }

  @Test
  void publishedVectorsOfABodyAreGenuine() {
    String signed = URL + "&bodySHA256=" + JSON_HASH;
    assertThat(status(signed, "application/json", JSON, "a9nBmqA0ju/hNViExpshrM61xv4="))
        .isEqualTo(204);
    String only = "https://mycompany.com/myapp.php?bodySHA256=" + JSON_HASH;
    assertThat(status(only, "application/json", JSON, "y77kIzt2vzLz71DgmJGsen2scGs="))
        .isEqualTo(204);
  }

  @Test
  void changedRequestIsRefused() {
    String form = "application/x-www-form-urlencoded";
    String signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    assertThat(status(URL, form, FORM, "NOT" + signature)).isEqualTo(403);
    assertThat(status(URL, form, FORM, "")).isEqualTo(403);
    assertThat(status(URL + "&x", form, FORM, signature)).isEqualTo(403);
    assertThat(status(URL, form, FORM + "&a=b", signature)).isEqualTo(403);
    assertThat(status(URL, form, FORM.replace("1234&", "1235&"), signature)).isEqualTo(403);
    assertThat(status(URL, form, "%zz=1", signature)).isEqualTo(400);
    // A body whose hash the address does not name is not covered by the signature.
    assertThat(status(URL, "application/json", JSON, signature)).isEqualTo(403);
    String signed = URL + "&bodySHA256=" + JSON_HASH;
    assertThat(status(signed, "application/json", JSON + " ", "a9nBmqA0ju/hNViExpshrM61xv4="))
        .isEqualTo(403);
  }

  @Test
  void onlyPostsOfBoundedSizeAreRead() {
    assertThat(published.handle(WebhookRequest.builder("GET", URL).build()).status())
        .isEqualTo(405);
    WebhookRequest huge =
        WebhookRequest.builder("POST", URL).body(new byte[WebhookRequest.MAX_BODY + 1]).build();
    assertThat(published.handle(huge).status()).isEqualTo(413);
    String fields = "a=1&".repeat(1_001);
    assertThat(status(URL, "application/x-www-form-urlencoded", fields, "x")).isEqualTo(400);
  }

  // ---- events

  private final TwilioWebhooks webhooks =
      TwilioWebhooks.builder().authToken("token").tenant("acme").clock(() -> NOW).build();

  private List<WebhookEvent> events(String query, String... fields) {
    Map<String, String> form = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      form.put(fields[i], fields[i + 1]);
    }
    String url = "https://a.example/sms" + query;
    StringBuilder signed = new StringBuilder(url);
    new TreeMap<>(form).forEach((name, value) -> signed.append(name).append(value));
    byte[] signature = Hmac.of("HmacSHA1", "token", signed.toString());
    WebhookResult result =
        webhooks.handle(
            WebhookRequest.builder("POST", url)
                .header("X-Twilio-Signature", Base64.getEncoder().encodeToString(signature))
                .body(Wire.encode(form).getBytes(StandardCharsets.UTF_8))
                .build());
    assertThat(result).isInstanceOf(WebhookResult.Accepted.class);
    return ((WebhookResult.Accepted) result).events();
  }

  private List<WebhookEvent> report(String status, String code) {
    return events(
        "?delivery_id=" + Requests.ID,
        "MessageSid",
        "SM1",
        "MessageStatus",
        status,
        "ErrorCode",
        code,
        "To",
        "+14155550123",
        "From",
        "+15005550006");
  }

  @ParameterizedTest
  @CsvSource({
    "accepted, ACCEPTED",
    "scheduled, ACCEPTED",
    "queued, ACCEPTED",
    "sending, ACCEPTED",
    "sent, ACCEPTED",
    "delivered, DELIVERED",
    "read, DELIVERED",
    "undelivered, UNDELIVERED",
    "failed, UNDELIVERED",
    "canceled, UNDELIVERED",
  })
  void statusIsReported(String status, DeliveryState state) {
    Origin origin = new Origin("twilio:SM1:" + status, "twilio", "SM1", Requests.ID, "acme", NOW);
    assertThat(report(status, "").get(0))
        .isEqualTo(new WebhookEvent.DeliveryReport(origin, state, null));
  }

  @Test
  void readMessageWasOpened() {
    assertThat(report("read", "")).hasAtLeastOneElementOfType(WebhookEvent.Opened.class);
  }

  @Test
  void statusThatIsNewerThanThisCodeIsLeftOut() {
    assertThat(report("teleported", "")).isEmpty();
  }

  @Test
  void failureSaysWhatIsWrongWithTheNumber() {
    assertThat(report("undelivered", "30005").get(1))
        .isInstanceOfSatisfying(
            WebhookEvent.TargetInvalid.class,
            e -> {
              assertThat(e.target()).isEqualTo(Target.phone("+14155550123"));
              assertThat(e.code()).isEqualTo("30005");
            });
    assertThat(report("failed", "21610").get(1)).isInstanceOf(WebhookEvent.OptedOut.class);
    assertThat(report("undelivered", "30003")).hasSize(1);
    assertThat(report("delivered", "30005")).hasSize(1);
  }

  @Test
  void tenantOfTheCallbackComesFirst() {
    List<WebhookEvent> events =
        events("?tenant=a%26b", "MessageSid", "SM1", "MessageStatus", "sent");
    assertThat(events.get(0).origin().tenant()).isEqualTo("a&b");
    assertThat(events.get(0).origin().deliveryId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        " stop\n",
        "Unsubscribe",
        "optout"
      })
  void stopWordOptsOut(String word) {
    assertThat(answer("Body", word))
        .singleElement()
        .isInstanceOfSatisfying(
            WebhookEvent.OptedOut.class,
            e -> {
              assertThat(e.target()).isEqualTo(Target.phone("+14155550123"));
              assertThat(e.scope()).isEqualTo(WebhookEvent.Scope.CHANNEL);
              assertThat(e.origin().eventId()).isEqualTo("twilio:SM9");
              assertThat(e.toString()).doesNotContain("555");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"START", "YES", "UNSTOP", "yes "})
  void startWordOptsIn(String word) {
    assertThat(answer("Body", word)).singleElement().isInstanceOf(WebhookEvent.OptedIn.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HELP", "info"})
  void helpWordAsksForHelp(String word) {
    assertThat(answer("Body", word)).singleElement().isInstanceOf(WebhookEvent.HelpRequested.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "please stop", "stop it", "STOP.", "stopp", "no"})
  void anythingElseIsNoKeyword(String text) {
    assertThat(answer("Body", text)).isEmpty();
  }

  @Test
  void twiliosOwnReadingOfTheAnswerComesFirst() {
    assertThat(answer("Body", "수신거부", "OptOutType", "STOP"))
        .singleElement()
        .isInstanceOf(WebhookEvent.OptedOut.class);
  }

  private List<WebhookEvent> answer(String... fields) {
    String[] all = java.util.Arrays.copyOf(fields, fields.length + 6);
    String[] fixed = {"MessageSid", "SM9", "SmsStatus", "received", "From", "+14155550123"};
    System.arraycopy(fixed, 0, all, fields.length, 6);
    return events("", all);
  }

  @Test
  void tenantThatNoneCanHaveIsRefused() {
    assertThatThrownBy(() -> TwilioWebhooks.builder().tenant("a".repeat(201)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tenant");
  }

  @Test
  void authTokenIsRequired() {
    assertThatThrownBy(TwilioWebhooks.builder()::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("authToken");
  }
}
