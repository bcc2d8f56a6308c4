package dev.notifykit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class DestinationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example",
        "https://shop.example/",
        "HTTPS://Shop.Example/a",
        "http://shop.example:8080/a?b=c&d=e#f",
        "https://shop.example?x=1",
        "https://shop.example#top",
        "https://xn--bcher-kva.example/a%20b",
        "https://shop.example./a",
        "https://192.0.2.1/a",
        "https://[2001:db8::1]:8443/a",
        "https://web.archive.example/web/https://shop.example/",
        "https://shop.example/?next=//other.example/@x",
        "https://shop.example/user@example.com"
      })
  void ordinaryAddressesAreAllowed(String url) {
    assertThat(Destination.isAllowed(url)).isTrue();
    assertThat(Destination.of(url)).hasValue(url);
  }

  /** What has opened redirects elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "http:/evil.example",
        "http:///evil.example",
        "http:////evil.example",
        "https:\\\\evil.example",
        "https:/\\evil.example",
        "https://shop.example\\@evil.example",
        "https://shop.example\\.evil.example",
        "https://shop.example/\\evil.example",
        "https://shop.example//evil.example",
        "https://shop.example@evil.example",
        "https://user:pass@evil.example/",
        "https://@evil.example/",
        "https://shop.example%40evil.example/",
        "https://shop.example%2eevil.example/",
        "https://shop.example:443@evil.example/",
        "https://shop.example:port/",
        "https://shop.example:123456/",
        "https://",
        "https://?x",
        "https://#x",
        "https://:443/",
        "https://-/",
        "https://[::1/",
        "https://[evil.example]/",
        "https://shop.example\u0000.evil.example/",
        "https://shop.example\t.evil.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example/\nx",
        "https://shop.example/a\u0000b",
        "https://shop.example/a\u007fb",
        "ht\ntps://evil.example/",
        "https\u200b://evil.example/",
        "https://evil\u3002example/",
        "https://ev\u0131l.example/",
        "https://shop.example\uff0fevil.example/",
        "https://shop.example\uff20evil.example/",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://shop.example",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://shop.example/",
        "blob:https://shop.example/x",
        "view-source:https://shop.example",
        "mailto:a@shop.example",
        "shop://orders/1",
        "shop.example/a",
        "?x=https://shop.example",
        "#a"
      })
  void whatCouldLeadElsewhereIsRefused(String url) {
    assertThat(Destination.isAllowed(url)).isFalse();
    assertThat(Destination.of(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/상품, https://shop.example/%EC%83%81%ED%92%88",
    "https://shop.example/a b, https://shop.example/a%20b",
    "'  https://shop.example/a\n', https://shop.example/a",
    "'https://shop.example/{\"a\"}|^`<>', https://shop.example/%7B%22a%22%7D%7C%5E%60%3C%3E",
    "https://shop.example/😀, https://shop.example/%F0%9F%98%80"
  })
  void whatABrowserEscapesIsEscaped(String url, String escaped) {
    assertThat(Destination.of(url)).hasValue(escaped);
    assertThat(Destination.isAllowed(escaped)).isTrue();
  }

  @Test
  void aLongAddressIsRefusedAndAHostileOneIsJudgedFast() {
    String start = "https://shop.example/";
    String longest = start + "a".repeat(Destination.LONGEST - start.length());
    assertThat(Destination.isAllowed(longest)).isTrue();
    assertThat(Destination.isAllowed(longest + "a")).isFalse();
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 1_000; i++) {
            assertThat(Destination.isAllowed("https://" + "a-".repeat(990))).isFalse();
          }
        });
  }

  @Test
  void theHostIsInLowerCase() {
    assertThat(Destination.host("https://Shop.EXAMPLE:8443/A")).isEqualTo("shop.example");
    assertThat(Destination.host("nonsense")).isEmpty();
  }
}
