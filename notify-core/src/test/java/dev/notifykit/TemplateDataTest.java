package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
final class TemplateDataTest {
  static Stream<Arguments> frozen() {
    UUID id = UUID.randomUUID();
    return Stream.of(
        Arguments.of("text", "text"),
        Arguments.of(new StringBuilder("b"), "b"),
        Arguments.of('c', "c"),
        Arguments.of(true, true),
        Arguments.of((byte) 1, 1),
        Arguments.of((short) 2, 2),
        Arguments.of(3, 3),
        Arguments.of(9_007_199_254_740_993L, 9_007_199_254_740_993L),
        Arguments.of(0.5f, 0.5),
        Arguments.of(2.25, 2.25),
        Arguments.of(new BigDecimal("19.90"), "19.90"),
        Arguments.of(new BigDecimal("1E+3"), "1000"),
        Arguments.of(new BigInteger("123456789012345678901"), "123456789012345678901"),
        Arguments.of(Priority.HIGH, "HIGH"),
        Arguments.of(LocalDate.of(2026, 11, 21), "2026-11-21"),
        Arguments.of(id, id.toString()),
        Arguments.of(URI.create("https://example.com/"), "https://example.com/"),
        Arguments.of(Locale.KOREAN, "ko"),
        Arguments.of(Currency.getInstance("EUR"), "EUR"),
        Arguments.of(List.of(1, "a", List.of()), List.of(1, "a", List.of())),
        Arguments.of(Map.of("k", Map.of("d", 1f)), Map.of("k", Map.of("d", 1.0))));
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void valueBecomesWhatJsonCanCarry(Object value, Object expected) {
    assertThat(TemplateData.freeze("v", value)).isEqualTo(expected);
  }

  @Test
  void frozenTreeIsACopyThatCannotChange() {
    List<Object> inner = new ArrayList<>(List.of("a"));
    Map<String, Object> outer = new HashMap<>(Map.of("list", inner));
    Object frozen = TemplateData.freeze("v", outer);
    inner.add("b");
    outer.put("more", 1);
    assertThat(frozen).isEqualTo(Map.of("list", List.of("a")));
    assertThatThrownBy(() -> ((Map<?, ?>) frozen).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aFloatHasTheDigitsItIsWrittenWith() {
    assertThat(TemplateData.freeze("v", 0.1f)).isEqualTo(0.1);
    assertThat(TemplateData.freeze("v", List.of(4.7f))).isEqualTo(List.of(4.7));
  }

  @Test
  void nullInAMapIsLeftOutAndInAListRefused() {
    Map<String, Object> map = new HashMap<>();
    map.put("a", null);
    map.put("b", 1);
    assertThat(TemplateData.freeze("v", map)).isEqualTo(Map.of("b", 1));
    assertRefused(Collections.singletonList(null), "null element");
  }

  @Test
  void whatJsonCannotCarryIsRefused() {
    assertRefused(new Object(), "java.lang.Object");
    assertRefused(new int[] {1}, "is a int[];");
    assertRefused(Double.NaN, "finite");
    assertRefused(Float.NEGATIVE_INFINITY, "finite");
    assertRefused(Map.of(1, "a"), "no string");
    assertRefused(new HashMap<>(Collections.singletonMap(null, "a")), "no string");
  }

  @Test
  void nestingHasALimit() {
    Object deepest = "leaf";
    for (int i = 0; i < TemplateData.MAX_DEPTH; i++) {
      deepest = List.of(deepest);
    }
    assertThat(TemplateData.freeze("v", deepest)).isEqualTo(deepest);
    assertRefused(List.of(deepest), "32 levels");
  }

  @Test
  void listThatHoldsItselfIsRefused() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    assertRefused(endless, "32 levels");
  }

  @Test
  void smallTreeThatUnfoldsToBillionsIsRefusedAtOnce() {
    Object tree = "x";
    for (int i = 0; i < 30; i++) {
      tree = List.of(tree, tree);
    }
    assertRefused(tree, String.valueOf(TemplateData.MAX_SIZE));
  }

  @Test
  void emptyElementsCountToo() {
    assertRefused(Collections.nCopies(1_000_000, ""), String.valueOf(TemplateData.MAX_SIZE));
    assertRefused(new BigDecimal("1e2000000000"), String.valueOf(TemplateData.MAX_SIZE));
    assertRefused(new BigDecimal("1e-2000000000"), String.valueOf(TemplateData.MAX_SIZE));
  }

  private static void assertRefused(Object value, String says) {
    assertThatThrownBy(() -> TemplateData.freeze("v", value))
        .isInstanceOf(InvalidNotificationException.class)
        .hasMessageStartingWith("with.v ")
        .hasMessageContaining(says);
  }
}
