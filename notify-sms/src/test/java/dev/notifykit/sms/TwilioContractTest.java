package dev.notifykit.sms;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import java.time.Duration;
import java.util.List;

final class TwilioContractTest extends ProviderContract {
  @Override
  protected FakeService startService() {
    return new MockTwilio();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return ((MockTwilio) to).provider().timeout(timeout).build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(MockTwilio.TOKEN);
  }
}
