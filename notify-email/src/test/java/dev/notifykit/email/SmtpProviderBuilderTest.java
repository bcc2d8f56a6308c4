package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SmtpProviderBuilderTest {
  private static SmtpProvider.Builder complete() {
    return SmtpProvider.builder().host("smtp.example.com").from("Shop <shop@example.com>");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("host", b -> b.host(null)),
        mistake("host", b -> b.host("exa mple")),
        mistake("host", b -> b.host("")),
        mistake("host", b -> b.host("evil\r\nhost")),
        mistake("from", b -> b.from(null)),
        mistake("from", b -> b.from("Shop")),
        mistake("from", b -> b.from("a@example.com, b@example.com")),
        mistake("from", b -> b.from("Shop\r\nBcc: x@y.example <a@example.com>")),
        mistake("returnPath", b -> b.returnPath("nobody")),
        mistake("name", b -> b.name(" ")),
        mistake("port", b -> b.port(0)),
        mistake("port", b -> b.port(65_536)),
        mistake("poolSize", b -> b.poolSize(0)),
        mistake("maxInFlight", b -> b.poolSize(4).maxInFlight(3)),
        mistake("maxMessagesPerConnection", b -> b.maxMessagesPerConnection(0)),
        mistake("connectTimeout", b -> b.connectTimeout(Duration.ZERO)),
        mistake("readTimeout", b -> b.readTimeout(Duration.ofSeconds(-1))),
        mistake("writeTimeout", b -> b.writeTimeout(Duration.ofDays(1))),
        mistake("timeout", b -> b.timeout(null)),
        mistake("idleTime", b -> b.idleTime(Duration.ofNanos(1))),
        mistake("heloName", b -> b.heloName("a b")),
        mistake("username", b -> b.username("shop")),
        mistake("password", b -> b.password("secret")),
        mistake("allowAuthWithoutTls", b -> b.allowAuthWithoutTls()),
        mistake("NONE", b -> b.username("u").password("p").security(SmtpProvider.Security.NONE)),
        mistake(
            "sslContext",
            b ->
                b.sslContext(defaultContext())
                    .trust(new okhttp3.tls.HeldCertificate.Builder().build().certificate())));
  }

  private static Arguments mistake(String option, UnaryOperator<SmtpProvider.Builder> change) {
    return Arguments.of(option, change);
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesTheOptionThatIsWrong(String option, UnaryOperator<SmtpProvider.Builder> change) {
    assertThatThrownBy(() -> change.apply(complete()).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(option);
  }

  @ParameterizedTest
  @CsvSource({
    "smtp.example.com, 587, STARTTLS",
    "smtp.example.com, 25, STARTTLS",
    "smtp.example.com, 465, TLS",
    "localhost.example.com, 587, STARTTLS",
    "localhost, 2525, STARTTLS_IF_OFFERED",
    "127.0.0.1, 2525, STARTTLS_IF_OFFERED",
    "::1, 2525, STARTTLS_IF_OFFERED",
    "localhost, 465, TLS"
  })
  void encryptsUnlessTheServerIsOnThisMachine(String host, int port, String security) {
    try (SmtpProvider provider = complete().host(host).port(port).build()) {
      assertThat(provider.toString()).contains(" " + security + "]");
    }
  }

  @Test
  void hasTheDefaultsItDocuments() {
    try (SmtpProvider provider = complete().username("shop").password("s3cret").build()) {
      assertThat(provider.name()).isEqualTo("smtp");
      assertThat(provider.channel()).isEqualTo(Channel.EMAIL);
      assertThat(provider.maxInFlight()).isEqualTo(8);
      assertThat(provider.timeout()).isEqualTo(Duration.ofSeconds(62));
      assertThat(provider.toString()).contains("smtp.example.com:587").doesNotContain("s3cret");
    }
  }
}
