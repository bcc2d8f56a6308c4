package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApnsProviderBuilderTest {
  private static AbstractThrowableAssert<?, ?> refuses(ApnsProvider.Builder builder) {
    return assertThatThrownBy(builder::build).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void missingTopicIsNamed() {
    refuses(ApnsProvider.builder().signingKey(Keys.P8).keyId(Keys.KEY_ID).teamId(Keys.TEAM_ID))
        .hasMessageContaining("topic is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "com example", "com.example.shop\n", "-x", "ä.b"})
  void malformedTopicIsRefused(String topic) {
    assertThatThrownBy(() -> ApnsProvider.builder().topic(topic))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("topic");
  }

  @Test
  void eitherKeyOrCertificateIsNeeded() throws Exception {
    refuses(ApnsProvider.builder().topic(Keys.TOPIC)).hasMessageContaining("either signingKey");
    refuses(Keys.provider().certificate(Keys.p12(Keys.certificate(), ""), ""))
        .hasMessageContaining("either signingKey");
  }

  @Test
  void missingKeyIdAndTeamIdAreNamed() {
    refuses(ApnsProvider.builder().topic(Keys.TOPIC).signingKey(Keys.P8).teamId(Keys.TEAM_ID))
        .hasMessageContaining("keyId is missing");
    refuses(ApnsProvider.builder().topic(Keys.TOPIC).signingKey(Keys.P8).keyId(Keys.KEY_ID))
        .hasMessageContaining("teamId is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc123defg", "ABC123DEF", "ABC123DEFGH", "ABC-123DEF"})
  void malformedIdentifiersAreRefused(String id) {
    refuses(Keys.provider().keyId(id)).hasMessageContaining("keyId");
    refuses(Keys.provider().teamId(id)).hasMessageContaining("teamId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nnot base64 !\n-----END PRIVATE KEY-----\n"
      })
  void malformedSigningKeyIsRefusedAndNotShown(String pem) {
    refuses(Keys.provider().signingKey(pem))
        .hasMessageContaining("signingKey is no P-256 private key")
        .hasNoCause()
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void keysOfOtherKindsAreRefused() {
    refuses(Keys.provider().signingKey(Keys.pem("RSA", ""))).hasMessageContaining("signingKey");
    refuses(Keys.provider().signingKey(Keys.pem("EC", "secp384r1")))
        .hasMessageContaining("signingKey");
  }

  @Test
  void wrongPasswordNoFileAndNoKeyAreTold() throws Exception {
    byte[] p12 = Keys.p12(Keys.certificate(), "right");
    refuses(certificate(p12, "wrong")).hasMessageContaining("password");
    refuses(certificate(new byte[] {1, 2, 3}, "")).hasMessageContaining("PKCS#12");
  }

  @Test
  void expiredCertificateIsTold() throws Exception {
    refuses(
            certificate(Keys.p12(Keys.certificate(), "p"), "p")
                .clock(Clock.fixed(Instant.parse("2999-01-01T00:00:00Z"), ZoneOffset.UTC)))
        .hasMessageContaining("certificate expired at ");
  }

  private static ApnsProvider.Builder certificate(byte[] p12, String password) {
    return ApnsProvider.builder().topic(Keys.TOPIC).certificate(p12, password);
  }

  @Test
  void limitsAreChecked() {
    refuses(Keys.provider().connections(0)).hasMessageContaining("connections is 0");
    refuses(Keys.provider().maxInFlight(0)).hasMessageContaining("maxInFlight is 0");
    refuses(Keys.provider().timeout(Duration.ZERO)).hasMessageContaining("timeout");
    refuses(Keys.provider().timeout(Duration.ofSeconds(Long.MAX_VALUE)))
        .hasMessageContaining("timeout");
    refuses(Keys.provider().connectTimeout(Duration.ofSeconds(-1)))
        .hasMessageContaining("connectTimeout");
    refuses(Keys.provider().timeToLive(Duration.ofSeconds(-1))).hasMessageContaining("timeToLive");
    refuses(Keys.provider().server("localhost", 0)).hasMessageContaining("port");
  }

  @Test
  void nothingSecretIsPrinted() {
    try (ApnsProvider provider = Keys.provider().build()) {
      assertThat(provider).hasToString("ApnsProvider[apns [com.example.shop]]");
    }
  }
}
