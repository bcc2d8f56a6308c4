package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.test.fcm.FakeFcmServer;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FcmProviderBuilderTest {
  private static final String CREDENTIALS = credentials();

  private static String credentials() {
    try (FakeFcmServer fcm = FakeFcmServer.start()) {
      return fcm.credentials();
    }
  }

  private static FcmProvider.Builder builder() {
    return FcmProvider.builder().credentials(CREDENTIALS);
  }

  private static AbstractThrowableAssert<?, ?> refuses(FcmProvider.Builder builder) {
    return assertThatThrownBy(builder::build).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void missingCredentialsAreNamed() {
    refuses(FcmProvider.builder()).hasMessageContaining("credentials are missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "{}",
        "[]",
        "null",
        "{\"type\":\"authorized_user\",\"client_id\":\"a\",\"client_secret\":\"SECRET\"}",
        "{\"type\":\"service_account\",\"private_key\":\"SECRET\",\"client_id\":\"1\","
            + "\"client_email\":\"a@b.example\",\"private_key_id\":\"2\"}"
      })
  void malformedCredentialsAreRefusedAndNotShown(String json) {
    refuses(FcmProvider.builder().credentials(json))
        .hasMessageContaining("credentials are no service account")
        .hasNoCause()
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void accessTokensAreAskedForOverTlsOnly() {
    String json = CREDENTIALS.replaceAll("http://localhost:\\d+", "http://tokens.example.com");
    refuses(FcmProvider.builder().credentials(json)).hasMessageContaining("credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no url", "http://fcm.example.com", "ftp://localhost"})
  void endpointIsHttpsOrThisMachine(String url) {
    refuses(builder().endpoint(url)).hasMessageContaining("endpoint");
  }

  @Test
  void passwordInAnEndpointIsNotShown() {
    refuses(builder().endpoint("http://a:SECRET@fcm.example.com/a b"))
        .hasMessageContaining("endpoint")
        .hasMessageNotContaining("SECRET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A B", "../x"})
  void malformedProjectIsRefused(String id) {
    refuses(builder().projectId(id)).hasMessageContaining("projectId");
  }

  @Test
  void limitsAreChecked() {
    refuses(builder().maxInFlight(0)).hasMessageContaining("maxInFlight is 0");
    refuses(builder().timeout(Duration.ZERO)).hasMessageContaining("timeout");
    refuses(builder().timeout(Duration.ofNanos(1))).hasMessageContaining("timeout");
    refuses(builder().timeout(Duration.ofDays(40))).hasMessageContaining("timeout");
    refuses(builder().rampUp(Duration.ofSeconds(Long.MAX_VALUE))).hasMessageContaining("rampUp");
    refuses(builder().connectTimeout(Duration.ofSeconds(-1)))
        .hasMessageContaining("connectTimeout");
    refuses(builder().rampUp(Duration.ofSeconds(-1))).hasMessageContaining("rampUp");
  }

  @Test
  void nothingSecretIsPrinted() {
    try (FcmProvider provider = builder().build()) {
      assertThat(provider).hasToString("FcmProvider[fcm]");
    }
  }
}
