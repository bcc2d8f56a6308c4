package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.sms.SmsSegments.Encoding;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SmsSegmentsTest {
  private static final String EMOJI = "\uD83D\uDE00";

  @ParameterizedTest
  @CsvSource({"0,1", "1,1", "160,1", "161,2", "306,2", "307,3", "459,3", "460,4", "1530,10"})
  void plainTextIsCutAt160And153(int length, int segments) {
    SmsSegments cut = SmsSegments.of("a".repeat(length));
    assertThat(cut.encoding()).isEqualTo(Encoding.GSM_7);
    assertThat(cut.units()).isEqualTo(length);
    assertThat(cut.count()).isEqualTo(segments);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "70,1", "71,2", "134,2", "135,3", "201,3", "202,4"})
  void textOutsideTheAlphabetIsCutAt70And67(int length, int segments) {
    SmsSegments cut = SmsSegments.of("한".repeat(length));
    assertThat(cut.encoding()).isEqualTo(Encoding.UCS_2);
    assertThat(cut.count()).isEqualTo(segments);
  }

  @Test
  void oneForeignCharacterMakesTheWholeTextUcs2() {
    assertThat(SmsSegments.of("a".repeat(100)).count()).isEqualTo(1);
    assertThat(SmsSegments.of("a".repeat(100) + "’").count()).isEqualTo(2);
  }

  @Test
  void extensionCharactersTakeTwoSeptets() {
    SmsSegments all = SmsSegments.of("^{}\\[~]|€\f");
    assertThat(all.encoding()).isEqualTo(Encoding.GSM_7);
    assertThat(all.units()).isEqualTo(20);
    assertThat(SmsSegments.of("€".repeat(80)).count()).isEqualTo(1);
    assertThat(SmsSegments.of("€".repeat(80) + "a").count()).isEqualTo(2);
  }

  @Test
  void escapeIsNotSplit() {
    // 152 septets and then an escape of two: the 153rd septet stays empty.
    SmsSegments cut = SmsSegments.of("a".repeat(152) + "€" + "b".repeat(10));
    assertThat(cut.parts()).containsExactly("a".repeat(152), "€" + "b".repeat(10));
  }

  @Test
  void unsplitEscapesCanTakeOneMoreSegment() {
    String text = "a" + "€".repeat(152); // 305 septets would fit two segments if split anywhere
    assertThat(SmsSegments.of(text).units()).isEqualTo(305);
    assertThat(SmsSegments.of("€".repeat(153)).units()).isEqualTo(306);
    assertThat(SmsSegments.of("€".repeat(153)).count()).isEqualTo(3);
  }

  @Test
  void surrogatePairIsNotSplit() {
    SmsSegments cut = SmsSegments.of("한".repeat(66) + EMOJI + "글".repeat(10));
    assertThat(cut.parts()).containsExactly("한".repeat(66), EMOJI + "글".repeat(10));
  }

  @Test
  void thirtyFiveEmojiAreOneSegment() {
    assertThat(SmsSegments.of(EMOJI.repeat(35)).count()).isEqualTo(1);
    assertThat(SmsSegments.of(EMOJI.repeat(36)).count()).isEqualTo(2);
    assertThat(SmsSegments.of(EMOJI.repeat(66)).count()).isEqualTo(2);
    assertThat(SmsSegments.of(EMOJI.repeat(67)).count()).isEqualTo(3);
  }

  @Test
  void everyBasicCharacterTakesOneSeptet() {
    String basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    assertThat(basic).hasSize(127); // 128 less the escape
    assertThat(SmsSegments.of(basic).encoding()).isEqualTo(Encoding.GSM_7);
    assertThat(SmsSegments.of(basic).units()).isEqualTo(127);
    assertThat(SmsSegments.of("ç").encoding()).isEqualTo(Encoding.UCS_2);
    assertThat(SmsSegments.of("`").encoding()).isEqualTo(Encoding.UCS_2);
    assertThat(SmsSegments.of("\u001b").encoding()).isEqualTo(Encoding.UCS_2);
  }

  @Test
  void partsJoinToTheTextAndNoneIsTooLong() {
    Random random = new Random(7);
    String alphabet = "ab €{}한글’\n" + EMOJI;
    int[] points = alphabet.codePoints().toArray();
    for (int n = 0; n < 2_000; n++) {
      StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(500), 0, n % 2 == 0 ? 6 : points.length)
          .forEach(i -> text.appendCodePoint(points[i]));
      SmsSegments cut = SmsSegments.of(text.toString());
      assertThat(String.join("", cut.parts())).isEqualTo(text.toString());
      int most = cut.count() == 1 ? cut.encoding().single() : cut.encoding().concatenated();
      for (String part : cut.parts()) {
        int units = cut.encoding() == Encoding.UCS_2 ? part.length() : SmsSegments.of(part).units();
        assertThat(units).isLessThanOrEqualTo(most);
        assertThat(part.isEmpty() || !Character.isLowSurrogate(part.charAt(0))).isTrue();
      }
    }
  }

  @Test
  void showsNoText() {
    assertThat(SmsSegments.of("secret").toString()).isEqualTo("SmsSegments[1 of GSM_7, 6 units]");
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> SmsSegments.of(null)).isInstanceOf(InvalidNotificationException.class);
  }
}
