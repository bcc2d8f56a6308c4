package dev.notifykit.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.example.shop.OutsideWorld.Arrival;
import dev.notifykit.example.shop.OutsideWorld.Service;
import dev.notifykit.test.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the shop does, seen from its page and from the screens of its customers. */
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.DEFINED_PORT)
@DirtiesContext
@Timeout(120)
abstract class ShopCases {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Autowired private OutsideWorld world;
  @Autowired private NotificationClient notifications;

  @Value("${server.port}")
  private int port;

  /** The shop's own address is in its properties, for Twilio to be told, so it is chosen first. */
  @DynamicPropertySource
  static void address(DynamicPropertyRegistry properties) throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      int free = socket.getLocalPort();
      properties.add("server.port", () -> free);
    }
  }

  @AfterEach
  void repairTheWorld() {
    for (Service service : Service.values()) {
      world.repair(service);
    }
  }

  // ---- whoever buys has not bought before, so that no test meets another's limits and choices

  private static final AtomicInteger CUSTOMERS = new AtomicInteger(30);

  private final int number = CUSTOMERS.getAndIncrement();
  private final String customer = "customer-" + number;
  private final String phone = "+141555501" + number;

  private void signUp(Locale locale) {
    notifications
        .recipients()
        .save(
            Recipient.builder(customer)
                .email(customer + "@example.com")
                .phone(phone)
                .device(Device.ios((number + "").repeat(32)))
                .device(Device.android("android-of-" + customer))
                .locale(locale)
                .build());
  }

  @BeforeEach
  void signUp() {
    signUp(Locale.US);
  }

  // ---- what a reader does with the page

  record Answer(int status, String body) {
    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }
  }

  private Answer ask(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      var response = HTTP.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Answer ask(String method, String path) {
    return ask(method, path, "");
  }

  private Answer order(Payment payment) {
    return ask(
        "POST",
        "/orders",
        "{\"customer\":\"%s\",\"item\":\"a teapot\",\"payment\":\"%s\"}"
            .formatted(customer, payment));
  }

  private String placed() {
    Answer answer = order(Payment.CARD);
    assertThat(answer.status()).isEqualTo(201);
    return answer.json().get("no").asString();
  }

  private List<Arrival> arrived(String no) {
    return world.arrivals().stream()
        .filter(a -> (a.title() + a.text()).matches("(?s).*" + no + "\\b.*"))
        .toList();
  }

  private List<Service> services(String no) {
    return arrived(no).stream().map(Arrival::service).sorted().toList();
  }

  /** Returns what the page shows of an order: a word for each delivery. */
  private List<String> steps(String no) {
    for (JsonNode order : ask("GET", "/state").json().get("orders")) {
      if (order.get("no").asString().equals(no)) {
        return order.get("deliveries").valueStream().map(ShopCases::step).sorted().toList();
      }
    }
    return List.of();
  }

  private static String step(JsonNode delivery) {
    String reason = delivery.get("reason").asString("");
    return delivery.get("route").asString()
        + " "
        + delivery.get("state").asString()
        + (reason.isEmpty() ? "" : " " + reason);
  }

  // ---- what the reader sees

  @Test
  void orderIsToldOnEveryScreen() {
    String no = placed();
    Await.until("all four have it", () -> arrived(no).size() == 4);
    assertThat(services(no)).containsExactly(Service.values());
    Await.until(
        "the page says so",
        () ->
            steps(no)
                .equals(
                    List.of("apns ACCEPTED", "email ACCEPTED", "fcm ACCEPTED", "sms ACCEPTED")));
    assertThat(arrived(no)).extracting(Arrival::title).contains("We have your order " + no);
  }

  @Test
  void customersAreToldInTheirLanguage() {
    signUp(Locale.KOREA);
    String no = placed();
    Await.until("all four have it", () -> arrived(no).size() == 4);
    assertThat(arrived(no))
        .extracting(Arrival::title)
        .contains("주문 " + no + " 접수 완료")
        .doesNotContain("We have your order " + no);
  }

  @Test
  void outageIsWaitedOut() {
    for (Service service : Service.values()) {
      assertThat(ask("PUT", "/outages/" + service).status()).isEqualTo(200);
    }
    String no = placed();
    Await.until(
        "each is tried again",
        () -> steps(no).stream().filter(s -> s.contains("RETRY_WAIT")).count() == 4);
    assertThat(arrived(no)).isEmpty();
    for (Service service : Service.values()) {
      assertThat(ask("DELETE", "/outages/" + service).status()).isEqualTo(200);
    }
    Await.until("all four have it", () -> arrived(no).size() == 4);
    assertThat(services(no)).containsExactly(Service.values());
  }

  @Test
  void whoOptsOutIsLeftAlone() {
    String choice = "/customers/" + customer + "/opt-outs/EMAIL";
    assertThat(ask("PUT", choice).status()).isEqualTo(200);
    String no = placed();
    Await.until("the others are there", () -> arrived(no).size() == 3);
    assertThat(steps(no)).contains("email SUPPRESSED CHANNEL_OFF");
    assertThat(ask("DELETE", choice).status()).isEqualTo(200);
    String next = placed();
    Await.until("all four are there", () -> arrived(next).size() == 4);
    assertThat(services(no)).doesNotContain(Service.SMTP);
  }

  @Test
  void fourthTextOfAMinuteIsLeftOut() {
    List<String> orders = IntStream.range(0, 4).mapToObj(i -> placed()).toList();
    String last = orders.get(3);
    Await.until("the last mail and pushes are there", () -> arrived(last).size() == 3);
    assertThat(steps(last)).contains("sms SUPPRESSED RATE_LIMITED");
    assertThat(services(last)).doesNotContain(Service.TWILIO);
    Await.until("the three before are texted", () -> texts() == 3);
  }

  @Test
  void whoAnswersStopGetsNoMoreTexts() {
    placed();
    Await.until("the text is there", () -> texts() == 1);
    assertThat(answer("STOP")).isEqualTo(204);
    assertThat(steps(placed())).contains("sms SUPPRESSED INVALID_TARGET");
    assertThat(answer("START")).isEqualTo(204);
    placed();
    Await.until("the text is there", () -> texts() == 2);
  }

  private long texts() {
    return world.arrivals().stream().filter(a -> a.to().equals(phone)).count();
  }

  private int answer(String text) {
    String path = "/texts/" + phone.replace("+", "%2B") + "/answers/" + text;
    return ask("POST", path).json().get("webhook").asInt();
  }

  @Test
  void metricsAndEndpointAreThere() {
    String no = placed();
    Await.until("it is there", () -> arrived(no).size() == 4);
    Await.until(
        "it is counted",
        () ->
            ask("GET", "/actuator/prometheus")
                .body()
                .contains(
                    "notify_deliveries_total{provider=\"smtp\",reason=\"none\",route=\"email\""));
    assertThat(ask("GET", "/actuator/prometheus").body())
        .contains("notify_send_seconds_count{", "notify_queue_ready{route=\"apns\"}");
    JsonNode overview = ask("GET", "/actuator/notify").json();
    assertThat(overview.get("providers").propertyNames()).contains("smtp", "apns", "fcm", "twilio");
  }

  @Test
  void pageIsThereAndAsksNobodyElse() {
    Answer page = ask("GET", "/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("<title>Harbour Lane Goods</title>").doesNotContain("http");
  }

  /** Returns whether a declined order is told of all the same. */
  boolean declinedOrderIsTold() {
    return false;
  }

  @Test
  void declinedOrderLeavesNothing() {
    long before = notifications.history(customer, 100).size();
    assertThat(order(Payment.DECLINED_CARD).status()).isEqualTo(402);
    assertThat(notifications.history(customer, 100).size() > before)
        .isEqualTo(declinedOrderIsTold());
  }
}
