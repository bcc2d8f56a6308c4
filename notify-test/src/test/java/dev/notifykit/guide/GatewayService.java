package dev.notifykit.guide;

import dev.notifykit.test.provider.FakeHttpService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;

// region service
/** The gateway of {@link GatewayProvider}, on a real socket. */
final class GatewayService extends FakeHttpService {
  private final AtomicInteger ids = new AtomicInteger();

  @Override
  protected MockResponse reply(ServiceBehaviour to) {
    return switch (to) {
      case REJECT -> status(422);
      case INVALID_TARGET -> status(404);
      case OPTED_OUT -> status(410);
      case REFUSE_CREDENTIALS -> status(401);
      case FAIL_FOR_NOW -> status(503);
      case FAIL_UNCLEAR -> status(500);
      case THROTTLE_PROVIDER -> status(429);
      default -> new MockResponse.Builder().body("queued g-" + ids.incrementAndGet()).build();
    };
  }

  private static MockResponse status(int status) {
    return new MockResponse.Builder().code(status).build();
  }
}
// endregion
