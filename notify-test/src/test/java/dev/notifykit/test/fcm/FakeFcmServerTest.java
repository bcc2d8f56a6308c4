package dev.notifykit.test.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class FakeFcmServerTest {
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> post(FakeFcmServer to, String path, String token, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(to.url() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void releaseReachesWhatIsJustBeingHeld() throws Exception {
    try (FakeFcmServer fcm = FakeFcmServer.start()) {
      fcm.answer(
          message -> {
            fcm.release(); // as of a test that saw the attempt
            return FcmAnswer.hang();
          });
      String token = post(fcm, "/token", "", "").body().split("\"", -1)[3];
      String path = "/v1/projects/" + FakeFcmServer.PROJECT + "/messages:send";
      String message = "{\"message\":{\"token\":\"t\"}}";
      assertThat(post(fcm, path, token, message).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusalIsJsonWhateverLanguageTheMachineSpeaks() {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(FcmAnswer.refuse(404, "NOT_FOUND", "UNREGISTERED").body)
          .startsWith("{\"error\":{\"code\":404,");
    } finally {
      Locale.setDefault(usual);
    }
  }
}
