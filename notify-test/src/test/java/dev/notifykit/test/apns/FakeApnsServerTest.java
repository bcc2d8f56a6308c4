package dev.notifykit.test.apns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class FakeApnsServerTest {
  private static int push(FakeApnsServer to) throws Exception {
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(
                new HandshakeCertificates.Builder()
                    .addTrustedCertificate(to.certificate())
                    .build()
                    .sslContext())
            .build();
    return http.send(
            HttpRequest.newBuilder(
                    URI.create("https://" + to.host() + ":" + to.port() + "/3/device/cafe"))
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void releaseReachesWhatIsJustBeingHeld() throws Exception {
    try (FakeApnsServer apns = FakeApnsServer.start()) {
      apns.answer(
          push -> {
            apns.release(); // as of a test that saw the attempt
            return ApnsAnswer.hang();
          });
      assertThat(push(apns)).isEqualTo(200);
      assertThat(apns.pushes()).extracting(ReceivedPush::token).containsExactly("cafe");
    }
  }

  @Test
  void closedServerHasNothingToRelease() {
    FakeApnsServer apns = FakeApnsServer.start();
    apns.close();
    apns.close();
    apns.release();
    assertThat(apns.connections()).isZero();
  }
}
