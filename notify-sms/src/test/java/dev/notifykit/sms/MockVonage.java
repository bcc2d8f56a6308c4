package dev.notifykit.sms;

import dev.notifykit.test.provider.FakeHttpService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;

/** Vonage's SMS API, as its documentation shows its answers. */
final class MockVonage extends FakeHttpService {
  static final String KEY = "canarykey77";
  static final String SECRET = "canary-api-secret-77bb";

  private final AtomicInteger messages = new AtomicInteger();

  @Override
  protected MockResponse reply(ServiceBehaviour to) {
    return switch (to) {
      case REJECT -> parts(12);
      case INVALID_TARGET -> parts(6);
      case OPTED_OUT -> parts(7);
      case THROTTLE_PROVIDER -> json(429, "");
      case REFUSE_CREDENTIALS -> parts(4);
      case FAIL_UNCLEAR -> parts(5);
      default -> parts(0);
    };
  }

  /** Answers with one part for each status. */
  MockResponse parts(int... statuses) {
    StringBuilder parts = new StringBuilder();
    for (int status : statuses) {
      parts.append(parts.isEmpty() ? "" : ",").append(part(status));
    }
    return json(
        200, "{\"message-count\":\"" + statuses.length + "\",\"messages\":[" + parts + "]}");
  }

  private String part(int status) {
    return status == 0
        ? """
          {"to":"14155550173","message-id":"0A%014d","status":"0","remaining-balance":"3.1",\
          "message-price":"0.03","network":"12345"}"""
            .formatted(messages.incrementAndGet())
        : "{\"status\":\"" + status + "\",\"error-text\":\"as documented\"}";
  }

  VonageProvider.Builder provider() {
    return VonageProvider.builder()
        .apiKey(KEY)
        .apiSecret(SECRET)
        .from("+15005550006")
        .baseUrl(url());
  }
}
