package dev.notifykit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Utf8JsonTest {
  @ParameterizedTest
  @CsvSource({"abc, 3", "é, 2", "화, 3", "🚚, 4", "'', 0"})
  void countsUtf8Bytes(String text, int bytes) {
    assertThat(Utf8Json.length(text)).isEqualTo(bytes);
  }

  @Test
  void countsEscapes() {
    assertThat(Utf8Json.length("\"\\\b\t\n\f\r")).isEqualTo(14);
    assertThat(Utf8Json.length("\u0000\u001f")).isEqualTo(12);
    assertThat(Utf8Json.length("\u007f/")).isEqualTo(2);
  }

  @Test
  void shortensAtACodePointAndMakesRoomForTheEllipsis() {
    assertThat(Utf8Json.shorten("abcdefgh", 1)).contains("abcd…");
    assertThat(Utf8Json.shorten("ab🚚🚚", 1)).contains("ab🚚…");
    assertThat(Utf8Json.shorten("ab🚚🚚", 2)).contains("ab…");
  }

  @Test
  void doesNotShortenToNothing() {
    assertThat(Utf8Json.shorten("abcd", 1)).isEmpty();
    assertThat(Utf8Json.shorten("abcd", 100)).isEmpty();
    assertThat(Utf8Json.shorten("", 1)).isEmpty();
  }

  @Test
  void findsHalfASurrogatePair() {
    assertThat(Utf8Json.isWellFormed("a🚚b")).isTrue();
    assertThat(Utf8Json.isWellFormed("a\ud83db")).isFalse();
    assertThat(Utf8Json.isWellFormed("\ude9a")).isFalse();
  }
}
