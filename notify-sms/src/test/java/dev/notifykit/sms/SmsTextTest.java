package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.message.SmsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmsTextTest {
  private static final String FAMILY = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "‘it’s’|'it's'",
        "“so” „so‟ «so»|\"so\" \"so\" \"so\"",
        "9–5 — now|9-5 - now",
        "wait…|wait...",
        "• one|* one",
        "5\u00A0€|5 €",
        "zero\u200Bwidth|zerowidth",
      })
  void typographyBecomesPlain(String text, String plain) {
    assertThat(SmsText.transliterate(text)).isEqualTo(plain);
    assertThat(SmsSegments.of(plain).encoding()).isEqualTo(SmsSegments.Encoding.GSM_7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "naïve ç", "한글 안내", FAMILY, "€{}"})
  void lettersAndEmojiStay(String text) {
    assertThat(SmsText.transliterate(text)).isEqualTo(text);
  }

  @Test
  void separateAccentIsJoined() {
    assertThat(SmsText.transliterate("cafe\u0301")).isEqualTo("café");
  }

  @Test
  void textThatFitsIsNotShortened() {
    assertThat(SmsText.shorten("a".repeat(160), 1)).isEqualTo("a".repeat(160));
  }

  @ParameterizedTest
  @CsvSource({"1,160", "2,306", "3,459"})
  void longPlainTextFillsItsSegments(int segments, int length) {
    String cut = SmsText.shorten("a".repeat(1_000), segments);
    assertThat(cut).hasSize(length).endsWith("a...");
    assertThat(SmsSegments.of(cut).count()).isEqualTo(segments);
  }

  @Test
  void longKoreanTextFillsItsSegments() {
    assertThat(SmsText.shorten("한".repeat(200), 1)).isEqualTo("한".repeat(67) + "...");
  }

  @Test
  void cutThatRemovesTheOnlyForeignCharacterUsesTheWiderSegment() {
    assertThat(SmsText.shorten("a".repeat(159) + "한글", 1)).isEqualTo("a".repeat(157) + "...");
  }

  @Test
  void emojiSequenceIsNotCutApart() {
    String cut = SmsText.shorten("한".repeat(62) + FAMILY + "한".repeat(50), 1);
    assertThat(cut).isEqualTo("한".repeat(62) + "...");
  }

  @Test
  void noSegmentIsNoLimit() {
    assertThatThrownBy(() -> SmsText.shorten("a", 0))
        .isInstanceOf(InvalidNotificationException.class)
        .hasMessageContaining("maxSegments");
  }

  @Test
  void messageOverItsLimitIsRefusedByDefault() {
    SmsMessage.Builder message = SmsMessage.builder().text("a".repeat(161)).maxSegments(1);
    assertThat(SmsText.prepare(message.build())).isEmpty();
    assertThat(SmsText.prepare(message.maxSegments(2).build())).hasValue("a".repeat(161));
  }

  @Test
  void messageOverItsLimitIsShortenedOnRequest() {
    SmsMessage message =
        SmsMessage.builder()
            .text("a".repeat(161))
            .maxSegments(1)
            .overflow(SmsMessage.Overflow.SHORTEN)
            .build();
    assertThat(SmsText.prepare(message)).hasValue("a".repeat(157) + "...");
  }

  @Test
  void messageIsTransliteratedBeforeItIsMeasured() {
    SmsMessage.Builder message = SmsMessage.builder().text("’" + "a".repeat(100)).maxSegments(1);
    assertThat(SmsText.prepare(message.build())).isEmpty();
    assertThat(SmsText.prepare(message.transliterated(true).build()))
        .hasValue("'" + "a".repeat(100));
  }
}
