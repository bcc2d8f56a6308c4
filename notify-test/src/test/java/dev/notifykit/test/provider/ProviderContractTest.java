package dev.notifykit.test.provider;

import dev.notifykit.provider.Provider;
import java.time.Duration;
import java.util.List;

/** The contract on a provider that keeps it. */
final class ProviderContractTest extends ProviderContract {
  @Override
  protected FakeService startService() {
    return new LineService();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return new LineProvider(((LineService) to).port(), timeout, LineProvider.Fault.NONE);
  }

  @Override
  protected List<String> secrets() {
    return List.of(LineProvider.SECRET);
  }
}
