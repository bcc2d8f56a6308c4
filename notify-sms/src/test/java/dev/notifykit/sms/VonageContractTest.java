package dev.notifykit.sms;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;

final class VonageContractTest extends ProviderContract {
  @Override
  protected FakeService startService() {
    return new MockVonage();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return ((MockVonage) to).provider().timeout(timeout).build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(MockVonage.SECRET, MockVonage.KEY);
  }

  /** Vonage takes numbers without their plus. */
  @Override
  protected String readable(String received) {
    return received.replace("&to=", "&to=+");
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(
        ServiceBehaviour.THROTTLE_TARGET, "Vonage throttles by account only",
        ServiceBehaviour.FAIL_FOR_NOW, "no documented status means a passing, certain refusal");
  }
}
