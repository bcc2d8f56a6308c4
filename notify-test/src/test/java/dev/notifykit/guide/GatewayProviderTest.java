package dev.notifykit.guide;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

// region contract
final class GatewayProviderTest extends ProviderContract {
  private static final String KEY = "gateway-key-6b1f";

  @Override
  protected FakeService startService() {
    return new GatewayService();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return new GatewayProvider(URI.create(((GatewayService) to).url()), KEY, timeout);
  }

  @Override
  protected List<String> secrets() {
    return List.of(KEY);
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(ServiceBehaviour.THROTTLE_TARGET, "the gateway throttles by key only");
  }
}
// endregion
