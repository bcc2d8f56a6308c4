package dev.notifykit.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.test.provider.FakeHttpService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.UncheckedIOException;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** An HTTP server that answers as a mail service does, and misbehaves on demand. */
final class MockEmailApi extends FakeHttpService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Function<ServiceBehaviour, MockResponse> documented;

  /**
   * Starts a server.
   *
   * @param documented how the service answers, for the behaviours that are no broken connections
   */
  MockEmailApi(Function<ServiceBehaviour, MockResponse> documented) {
    this.documented = documented;
  }

  static JsonNode body(RecordedRequest request) {
    try {
      return JSON.readTree(text(request));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected MockResponse reply(ServiceBehaviour to) {
    return documented.apply(to);
  }

  /** SendGrid tells by a header of its own when to come back, which counts more. */
  @Override
  protected MockResponse throttled() {
    return super.throttled().newBuilder().removeHeader("X-RateLimit-Reset").build();
  }
}
