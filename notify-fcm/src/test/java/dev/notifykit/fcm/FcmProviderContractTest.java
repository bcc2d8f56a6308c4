package dev.notifykit.fcm;

import dev.notifykit.Device;
import dev.notifykit.Target;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;

final class FcmProviderContractTest extends ProviderContract {
  private String credentials = "";

  @Override
  protected FakeService startService() {
    return FakeFcmServer.start();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    FakeFcmServer fcm = (FakeFcmServer) to;
    credentials = fcm.credentials();
    return FcmProvider.builder()
        .credentials(credentials)
        .endpoint(fcm.url())
        .timeout(timeout)
        .maxInFlight(20)
        .rampUp(Duration.ZERO)
        .build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(credentials, "BEGIN PRIVATE KEY", "ya29.");
  }

  @Override
  protected Target sampleTarget() {
    return Target.device(Device.android(CANARY_TOKEN));
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(
        ServiceBehaviour.OPTED_OUT, "FCM knows no opt-out",
        ServiceBehaviour.THROTTLE_TARGET, "FCM's answer does not tell a device's quota from ours");
  }

  /** In JSON an ampersand separates nothing. */
  @Override
  protected List<SendRequest> hostileRequests() {
    return super.hostileRequests().stream()
        .filter(r -> !((PushMessage) r.message()).body().orElseThrow().contains("&"))
        .toList();
  }
}
