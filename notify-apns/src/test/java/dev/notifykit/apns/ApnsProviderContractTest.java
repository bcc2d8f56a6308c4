package dev.notifykit.apns;

import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class ApnsProviderContractTest extends ProviderContract {
  @Override
  protected FakeService startService() {
    return FakeApnsServer.start();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return Keys.provider((FakeApnsServer) to).timeout(timeout).maxInFlight(50).build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(Keys.P8, Keys.P8.lines().skip(1).findFirst().orElseThrow());
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(ServiceBehaviour.OPTED_OUT, "APNs knows no opt-out");
  }

  @Override
  protected String noRetryAfter() {
    return "APNs sends no Retry-After";
  }

  /** In JSON an ampersand separates nothing. */
  @Override
  protected List<SendRequest> hostileRequests() {
    return super.hostileRequests().stream()
        .filter(r -> !((PushMessage) r.message()).body().orElseThrow().contains("&"))
        .toList();
  }

  /** Pushy writes every payload and header at TRACE and offers no switch; the Javadoc warns. */
  @Override
  protected List<String> ignoredLoggers() {
    List<String> ignored = new ArrayList<>(super.ignoredLoggers());
    ignored.add("com.eatthepath.pushy.apns");
    return ignored;
  }
}
