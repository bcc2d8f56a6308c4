package dev.notifykit.remote;

import static dev.notifykit.remote.RequestVerifierTest.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.StoreException;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.WebhookRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class SendApiTest {
  private static final URI ADDRESS = URI.create("https://n.example.com/send");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NotificationClient client =
      NotificationClient.builder()
          .templates(TemplateSource.of(Map.of("hello/inbox.title", "Hello {{name}}")))
          .startPaused()
          .build();
  private final Endpoint endpoint =
      client.sendEndpoint(SendApi.builder().app("shop", SECRET).build());
  private final RequestSigner signer = RequestSigner.of("shop", SECRET);

  @AfterEach
  void close() {
    client.close();
  }

  private HttpReply post(Endpoint to, String json) {
    byte[] body = json.getBytes(UTF_8);
    WebhookRequest.Builder request = WebhookRequest.builder("POST", ADDRESS.toString()).body(body);
    signer.sign("POST", ADDRESS, body).forEach(request::header);
    return to.answer(request.build());
  }

  private HttpReply post(String json) {
    return post(endpoint, json.replace('\'', '"'));
  }

  private static JsonNode json(HttpReply reply) {
    try {
      assertThat(reply.headers()).containsEntry("Content-Type", "application/json");
      return JSON.readTree(reply.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Delivery> deliveries(HttpReply reply) {
    assertThat(reply.status()).as(new String(reply.body(), UTF_8)).isEqualTo(202);
    JsonNode first = json(reply).at("/notifications/0/notificationId");
    return client.deliveries(UUID.fromString(first.asText()));
  }

  @Test
  void aSignedRequestIsStored() {
    List<Delivery> stored =
        deliveries(
            post(
                "{'template':'hello','eventId':'e#1','recipients':['ann',{'id':'bob','name':'Bob',"
                    + "'email':'bob@example.com','phone':'+14155550100','locale':'ko-KR',"
                    + "'zone':'Asia/Seoul'}],'data':{'name':'x','n':1,'list':[{'a':true}]},"
                    + "'channels':['inbox'],'category':'news','topic':'t','priority':'high',"
                    + "'timeToLive':'PT6H','sendAt':null}"));
    assertThat(stored).extracting(Delivery::recipientId).containsExactlyInAnyOrder("ann", "bob");
    assertThat(stored).allMatch(d -> d.category().equals("news"));
  }

  @Test
  void aNotificationCanWait() {
    assertThat(
            deliveries(
                post(
                    "{'template':'hello','recipients':['ann'],'data':{'name':'x'},"
                        + "'sendAt':'%s'}".formatted(Instant.now().plus(Duration.ofDays(1))))))
        .extracting(Delivery::state)
        .containsExactly(DeliveryState.SCHEDULED);
  }

  @Test
  void manyAreSentInOneRequest() {
    String one = "{'template':'hello','eventId':'e#%d','recipients':['ann'],'data':{'name':'x'}}";
    String list =
        IntStream.range(0, 50)
            .mapToObj(i -> one.formatted(i))
            .collect(Collectors.joining(",", "{'notifications':[", "]}"));
    JsonNode receipts = json(post(list)).at("/notifications");
    assertThat(receipts).hasSize(50);
    assertThat(receipts.get(7).path("eventId").asText()).isEqualTo("e#7");
    assertThat(receipts.get(7).path("status").asText()).isEqualTo("accepted");
    assertThat(json(post(list)).at("/notifications/7/status").asText()).isEqualTo("duplicate");
    String other = list.replace("'x'", "'y'");
    assertThat(json(post(other)).at("/notifications/7/status").asText()).isEqualTo("conflict");
  }

  @Test
  void anEventIdOfOtherContentIsAConflict() {
    String one = "{'template':'hello','eventId':'e','recipients':['ann'],'data':{'name':'x'}}";
    assertThat(post(one).status()).isEqualTo(202);
    assertThat(post(one).status()).isEqualTo(202);
    HttpReply reply = post(one.replace("'x'", "'y'"));
    assertThat(reply.status()).isEqualTo(409);
    assertThat(json(reply).at("/error/code").asText()).isEqualTo("conflict");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|400||not valid JSON",
        "''|400||JSON",
        "[]|400||no JSON object",
        "1|400||no JSON object",
        "{}|400|template|is missing",
        "{'template':1,'recipients':['a']}|400|template|is no string",
        "{'template':'hello'}|400|recipients|names nobody",
        "{'template':'hello','recipients':'a'}|400|recipients|is no list",
        "{'template':'hello','recipients':[1]}|400|recipients[0]|neither an id nor an object",
        "{'template':'hello','recipients':['a',{}]}|400|recipients[1].id|is missing",
        "{'template':'hello','recipients':[{'id':'a','zone':'Mars'}]}|400|recipients[0].zone|time zone",
        "{'template':'hello','recipients':[{'id':'a','locale':'?'}]}|400|recipients[0].locale|language tag",
        "{'template':'hello','recipients':[{'id':'a','tenant':'x'}]}|400|recipients[0]|unknown field",
        "{'template':'hello','recipients':['']}|400|recipients|is blank",
        "{'template':'hello','recipients':['a'],'tenant':'x'}|400||unknown field",
        "{'template':'hello','recipients':['a'],'template':'b'}|400||not valid JSON",
        "{'template':'hello','recipients':['a'],'sendAt':'tomorrow'}|400|sendAt|2026-12-01T09:00:00Z",
        "{'template':'hello','recipients':['a'],'timeToLive':'6h'}|400|timeToLive|PT6H",
        "{'template':'hello','recipients':['a'],'timeToLive':'PT0S'}|400|timeToLive|positive",
        "{'template':'hello','recipients':['a'],'channels':['fax']}|400|channels|[push, sms, email, inbox]",
        "{'template':'hello','recipients':['a'],'channels':[]}|400|channels|names no channel",
        "{'template':'hello','recipients':['a'],'priority':'max'}|400|priority|is none of",
        "{'template':'hello','recipients':['a'],'data':[]}|400|data|is no object",
        "{'template':'hello','recipients':['a'],'data':{'name':null}}|400|data|null",
        "{'template':'hello','recipients':['a'],'data':{'amount':null}}|400|data|amount is null",
        "{'template':'hello','recipients':['a',{'id':'b','email':''}]}|400|recipients[1].email|is blank",
        "{'template':'hello','recipients':[{'id':' '}]}|400|recipients[0].id|is blank",
        "{'notifications':[{'template':'hello','recipients':['a']},{}]}|400|notifications[1].template|is missing",
        "{'notifications':[{'template':'hello','recipients':['b'],'data':{'name':'x'}},{'template':'hello','recipients':['a']}]}|422|notifications[1].template|name",
        "{'notifications':[{'template':'hello','recipients':['b'],'data':{'name':'x'}},{'template':'hello','recipients':['a'],'sendAt':'2001-01-01T00:00:00Z'}]}|400|notifications[1].sendAt|past",
        "{'notifications':[],'template':'x'}|400||unknown field",
        "{'notifications':[]}|400|notifications|nothing to send",
        "{'notifications':null}|400|notifications|nothing to send",
        "{'template':'hello','recipients':['a']}|422|template|name",
        "{'template':'nothing','recipients':['a']}|422|template|no template"
      })
  void whatIsWrongIsToldByField(String body, int status, String field, String message) {
    HttpReply reply = post(body);
    assertThat(reply.status()).isEqualTo(status);
    JsonNode error = json(reply).path("error");
    assertThat(error.path("field").asText("")).isEqualTo(field == null ? "" : field);
    assertThat(error.path("message").asText()).contains(message);
    assertThat(client.history("a", 10)).isEmpty();
  }

  @Test
  void anAmountKeepsItsDigits() {
    String body =
        "{'template':'hello','recipients':['a'],'data':"
            + "{'total':12345678.90,'lines':[12345678901234567890.10],'many':3}}";
    SendRequestJson read = SendRequestJson.read(body.replace('\'', '"').getBytes(UTF_8));
    assertThat(read.notifications().get(0).data())
        .containsEntry("total", "12345678.90")
        .containsEntry("lines", List.of("12345678901234567890.10"))
        .containsEntry("many", 3);
    String huge = "{'template':'hello','recipients':['a'],'data':{'name':1e%s}}";
    for (String exponent : List.of("999999", "2147483647", "99999999999")) {
      assertThat(post(huge.formatted(exponent)).status()).as(exponent).isEqualTo(400);
    }
  }

  @Test
  void noValueIsQuotedInAnError() {
    String canary = "canary-4711";
    for (String body :
        List.of(
            "{'template':'hello','recipients':[{'id':'a','zone':'%s'}]}",
            "{'template':'hello','recipients':['a'],'sendAt':'%s'}",
            "{'template':'hello','recipients':['a'],'priority':'%s'}",
            "{'template':'hello','recipients':['a'],'channels':['%s']}",
            "{'template':'hello','recipients':['a'],'%s':1}",
            "{'template':'hello','recipients':['a\\u0007%s']}",
            "{'template':'hello' %s}")) {
      HttpReply reply = post(body.formatted(canary));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(new String(reply.body(), UTF_8)).doesNotContain(canary);
    }
  }

  @Test
  void tooMuchIsRefused() {
    String ids =
        IntStream.range(0, 1_001).mapToObj(i -> "'u" + i + "'").collect(Collectors.joining(","));
    HttpReply many = post("{'template':'hello','data':{'name':'x'},'recipients':[" + ids + "]}");
    assertThat(json(many).at("/error/message").asText()).contains("1000");
    String half =
        IntStream.range(0, 501).mapToObj(i -> "'u" + i + "'").collect(Collectors.joining(","));
    String one = "{'template':'hello','data':{'name':'x'},'recipients':[" + half + "]}";
    HttpReply together = post("{'notifications':[" + one + "," + one + "]}");
    assertThat(together.status()).isEqualTo(400);
    assertThat(json(together).at("/error/message").asText()).contains("1002").contains("1000");
    String deep = "[".repeat(40) + "]".repeat(40);
    assertThat(
            post("{'template':'hello','recipients':['a'],'data':{'name':" + deep + "}}").status())
        .isEqualTo(400);
    assertThat(client.history("u1", 10)).isEmpty();
  }

  @Test
  void aLargeBodyIsRefusedBeforeItIsRead() throws IOException {
    assertThat(endpoint.maxBody()).isEqualTo(256 * 1024);
    ByteArrayInputStream stream = new ByteArrayInputStream(new byte[1_000_000]);
    HttpReply reply =
        endpoint.answer(
            WebhookRequest.builder("POST", ADDRESS.toString())
                .body(stream, endpoint.maxBody())
                .build());
    assertThat(reply.status()).isEqualTo(413);
    assertThat(stream.available()).isEqualTo(1_000_000 - 256 * 1024 - 1);
  }

  @Test
  void anUnsignedRequestIsRefusedWithoutBeingParsed() {
    HttpReply reply =
        endpoint.answer(
            WebhookRequest.builder("POST", ADDRESS.toString()).body("{".getBytes(UTF_8)).build());
    assertThat(reply.status()).isEqualTo(401);
    assertThat(json(reply).at("/error/code").asText()).isEqualTo("unauthorized");
    assertThat(endpoint.answer(WebhookRequest.builder("GET", ADDRESS.toString()).build()).status())
        .isEqualTo(405);
  }

  @Test
  void aReplayedRequestSendsNothing() {
    byte[] body =
        "{\"template\":\"hello\",\"recipients\":[\"ann\"],\"data\":{\"name\":\"x\"}}"
            .getBytes(UTF_8);
    WebhookRequest.Builder builder = WebhookRequest.builder("POST", ADDRESS.toString()).body(body);
    signer.sign("POST", ADDRESS, body).forEach(builder::header);
    WebhookRequest request = builder.build();
    assertThat(endpoint.answer(request).status()).isEqualTo(202);
    assertThat(endpoint.answer(request).status()).isEqualTo(401);
    assertThat(client.history("ann", 10)).hasSize(1);
  }

  @Test
  void anEndpointSendsForTheTenantOfItsClient() {
    NotificationClient acme = client.forTenant("acme");
    Endpoint tenants = acme.sendEndpoint(SendApi.builder().app("shop", SECRET).build());
    post(tenants, "{\"template\":\"hello\",\"recipients\":[\"ann\"],\"data\":{\"name\":\"x\"}}");
    assertThat(acme.history("ann", 10)).hasSize(1);
    assertThat(client.history("ann", 10)).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerIsA503() {
    Endpoint failing =
        SendApi.builder()
            .app("shop", SECRET)
            .build()
            .endpoint(
                InMemoryStore.create(),
                batch -> {
                  throw new StoreException("down", null);
                });
    HttpReply reply = post(failing, "{\"template\":\"hello\",\"recipients\":[\"ann\"]}");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers()).containsEntry("Retry-After", "5");
    client.close();
    HttpReply closed = post("{'template':'hello','recipients':['ann'],'data':{'name':'x'}}");
    assertThat(closed.status()).isEqualTo(503);
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> SendApi.builder().build()).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> SendApi.builder().app("a", SECRET).secrets(a -> List.of()).build())
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> SendApi.builder().maxBody(0))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> SendApi.builder().app("a", null))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> AppSecrets.of(null)).isInstanceOf(ConfigurationException.class);
    List<Receipt> none = List.of();
    assertThat(
            SendApi.builder()
                .secrets(a -> List.of())
                .build()
                .endpoint(InMemoryStore.create(), b -> none)
                .maxBody())
        .isPositive();
  }
}
