package dev.notifykit.email;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import mockwebserver3.MockResponse;

final class MailchimpContractTest extends ProviderContract {
  private static final String KEY = "md-canary-key-0123456789";

  @Override
  protected FakeService startService() {
    return new MockEmailApi(MailchimpContractTest::reply);
  }

  /** As Mailchimp documents its replies. */
  static MockResponse reply(ServiceBehaviour behaviour) {
    return switch (behaviour) {
      case ACCEPT -> status("sent", null);
      case REJECT -> status("rejected", "rule");
      case INVALID_TARGET -> status("invalid", null);
      case OPTED_OUT -> status("rejected", "unsub");
      case FAIL_FOR_NOW -> status("rejected", "soft-bounce");
      case REFUSE_CREDENTIALS -> error("Invalid_Key");
      case THROTTLE_PROVIDER -> MockEmailApi.json(429, "{}");
      case FAIL_UNCLEAR -> error("GeneralError");
      default -> throw new IllegalArgumentException("no documented reply for " + behaviour);
    };
  }

  static MockResponse status(String status, String reason) {
    String quoted = reason == null ? "null" : "\"" + reason + "\"";
    return MockEmailApi.json(
        200,
        "[{\"email\":\"x\",\"status\":\"%s\",\"reject_reason\":%s,\"_id\":\"%s\"}]"
            .formatted(status, quoted, UUID.randomUUID()));
  }

  static MockResponse error(String name) {
    return MockEmailApi.json(
        500,
        "{\"status\":\"error\",\"code\":-1,\"name\":\"%s\",\"message\":\"x\"}".formatted(name));
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return MailchimpProvider.builder()
        .apiBaseUrl(((MockEmailApi) to).url())
        .apiKey(KEY)
        .from("Shop <shop@example.com>")
        .timeout(timeout)
        .maxInFlight(16)
        .build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(KEY);
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(ServiceBehaviour.THROTTLE_TARGET, "Mailchimp limits the account only");
  }
}
