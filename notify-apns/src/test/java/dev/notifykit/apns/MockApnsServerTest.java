package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.notifykit.Device;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against pushy's own server, which is not ours to bend. */
@Timeout(60)
final class MockApnsServerTest {
  private static final Instant SINCE = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder()
          .commonName("localhost")
          .addSubjectAlternativeName("localhost")
          .build();

  @Test
  void everyRejectionReasonHasAnOutcomeAndNoneIsUnknown() throws Exception {
    Map<RejectionReason, Outcome> outcomes = new EnumMap<>(RejectionReason.class);
    for (RejectionReason reason : RejectionReason.values()) {
      outcomes.put(reason, sendTo(reason));
    }
    assertThat(outcomes.values())
        .noneMatch(o -> o instanceof Outcome.Accepted || o instanceof Outcome.Unknown);
    assertThat(outcomes.get(RejectionReason.UNREGISTERED))
        .isEqualTo(new Outcome.InvalidTarget("Unregistered", SINCE));
    assertThat(outcomes.get(RejectionReason.EXPIRED_PROVIDER_TOKEN))
        .isEqualTo(new Outcome.Retryable("ExpiredProviderToken"));
  }

  @Test
  void acceptedPushIsAccepted() throws Exception {
    assertThat(sendTo(null)).isInstanceOf(Outcome.Accepted.class);
  }

  private static Outcome sendTo(RejectionReason reason) throws Exception {
    MockApnsServer server =
        new MockApnsServerBuilder()
            .setServerCredentials(
                new X509Certificate[] {SERVER.certificate()}, SERVER.keyPair().getPrivate(), null)
            .setHandlerFactory(session -> (headers, payload) -> reject(reason))
            .build();
    int port = server.start(0).get(10, TimeUnit.SECONDS);
    try (ApnsProvider provider =
        Keys.provider()
            .server("localhost", port)
            .trustedCertificates(SERVER.certificate())
            .build()) {
      return provider.send(request()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    } finally {
      server.shutdown();
    }
  }

  private static void reject(RejectionReason reason) throws RejectedNotificationException {
    if (reason == RejectionReason.UNREGISTERED) {
      throw new UnregisteredDeviceTokenException(SINCE);
    }
    if (reason != null) {
      throw new RejectedNotificationException(reason);
    }
  }

  private static SendRequest request() {
    return new SendRequest(
        UUID.randomUUID(),
        1,
        "",
        "user-1",
        null,
        Target.device(Device.ios("0123456789abcdef".repeat(4))),
        PushMessage.builder().body("hello").build(),
        "orders",
        Priority.NORMAL,
        null);
  }
}
