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

final class SendGridContractTest extends ProviderContract {
  private static final String KEY = "SG.canary-key-0123456789";

  @Override
  protected FakeService startService() {
    return new MockEmailApi(SendGridContractTest::reply);
  }

  /** As SendGrid documents its replies. */
  static MockResponse reply(ServiceBehaviour behaviour) {
    return switch (behaviour) {
      case ACCEPT ->
          new MockResponse.Builder().code(202).addHeader("X-Message-Id", UUID.randomUUID()).build();
      case REJECT ->
          MockEmailApi.json(400, "{\"errors\":[{\"message\":\"no\",\"field\":\"content\"}]}");
      case REFUSE_CREDENTIALS -> MockEmailApi.json(401, "{\"errors\":[{\"message\":\"bad key\"}]}");
      case THROTTLE_PROVIDER ->
          MockEmailApi.json(429, "{\"errors\":[{\"message\":\"too many requests\"}]}");
      case FAIL_UNCLEAR -> MockEmailApi.json(500, "");
      default -> throw new IllegalArgumentException("no documented reply for " + behaviour);
    };
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return SendGridProvider.builder()
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
    String later = "SendGrid accepts at first and tells by webhook";
    return Map.of(
        ServiceBehaviour.INVALID_TARGET,
        later,
        ServiceBehaviour.OPTED_OUT,
        later,
        ServiceBehaviour.THROTTLE_TARGET,
        "SendGrid limits the account only",
        ServiceBehaviour.FAIL_FOR_NOW,
        "SendGrid's 5xx may have taken the mail");
  }
}
