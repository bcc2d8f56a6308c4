package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmailAddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@example.com",
        "a@b.co",
        "o'neil+news@example.com",
        "first.last@sub.example.co.uk",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "\"quoted\"@example.com",
        "ann@localhost",
        "ann@bücher.example",
        "ann@xn--bcher-kva.example",
        "안녕@example.kr",
        "안녕@한국.한국",
        "ANN@EXAMPLE.COM",
        "ann@3com.example"
      })
  void takes(String address) {
    assertThat(EmailAddresses.problem(address)).isEmpty();
    assertThat(EmailAddresses.isValid(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ann",
        "@",
        "ann@",
        "@example.com",
        "ann@@example.com",
        "ann@b@example.com",
        "ann example@example.com",
        "ann@exa mple.com",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@example",
        "ann@straße.example", // another domain than strasse.example, which it would be sent to
        "ann@βόλος.example",
        "ann@نامه\u200Cای.example",
        "ann@192.0.2.1",
        "ann@[192.0.2.1]",
        "ann@exam_ple.com",
        ".ann@example.com",
        "ann.@example.com",
        "ann..b@example.com",
        "Ann <ann@example.com>",
        "<ann@example.com>",
        "ann@example.com,bob@example.com",
        "ann@example.com bob@example.com",
        "ann@example.com>",
        "ann(comment)@example.com",
        "ann@example.com (comment)",
        "team: ann@example.com;",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\n",
        "a\u0000nn@example.com",
        "ann\u202e@example.com",
        "\"a\r\nb\"@example.com"
      })
  void refuses(String address) {
    assertThat(EmailAddresses.problem(address))
        .hasValueSatisfying(
            problem -> assertThat(problem).isNotBlank().doesNotContain("example", "ann"));
  }

  @Test
  void keepsTheLimitsOfRfc5321() {
    String label = "d".repeat(63);
    String local = "l".repeat(64);
    String domain = label + "." + label + "." + "e".repeat(57) + ".com";

    assertThat(EmailAddresses.isValid(local + "@example.com")).isTrue();
    assertThat(EmailAddresses.isValid("l" + local + "@example.com")).isFalse();
    assertThat(local.length() + 1 + domain.length()).isEqualTo(254);
    assertThat(EmailAddresses.isValid(local + "@" + domain)).isTrue();
    assertThat(EmailAddresses.isValid(local + "@e" + domain)).isFalse();
    assertThat(EmailAddresses.isValid("ann@" + "d".repeat(64) + ".com")).isFalse();
    assertThat(EmailAddresses.isValid("안".repeat(22) + "@example.com")).isFalse();
  }

  @Test
  void doesNotThrowOnManyLabels() {
    assertThat(EmailAddresses.isValid("ann@" + "d.".repeat(100_000) + "com")).isFalse();
  }

  @Test
  void doesNotThrowOnRubbish() {
    Random random = new Random(42);
    String alphabet = "ab@.<>\"\\,;:()[] \r\n\0\t\u202e\ud800\udc00안ü-_%";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String address = text.toString();
      if (EmailAddresses.isValid(address)) {
        assertThat(address).doesNotContain("\r", "\n", "\0", "<", ">");
      }
    }
  }
}
