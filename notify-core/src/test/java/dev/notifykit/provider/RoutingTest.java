package dev.notifykit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingTest {
  /** Of this test alone, and always the same: what others draw moves no figure here. */
  private final Random random = new Random(7);

  private Consignment to(Target target, @Nullable Locale locale) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return new Consignment(id, "", "ann", target, locale, null, "default", Priority.NORMAL);
  }

  private Consignment phone(String number) {
    return to(Target.phone(number), null);
  }

  @Test
  void ordersAsItWasTold() {
    assertThat(Routing.ordered("a", "b", "c").providers(phone("+4930123456")))
        .contains(List.of("a", "b", "c"));
  }

  @Test
  void splitsByWeightAndKeepsEachDeliverysDraw() {
    Routing split = Routing.weighted("a", 70).and("b", 20).and("c", 10);
    Map<String, Integer> firsts = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      Consignment one = phone("+4930123456");
      List<String> order = split.providers(one).orElseThrow();
      assertThat(order).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(split.providers(one)).contains(order);
      firsts.merge(order.get(0), 1, Integer::sum);
    }
    // Deviations are 65, 57 and 42; the draw is always the same, so the bounds hold or they do not.
    assertThat(firsts.get("a")).isBetween(13_600, 14_400);
    assertThat(firsts.get("b")).isBetween(3_700, 4_300);
    assertThat(firsts.get("c")).isBetween(1_800, 2_200);
  }

  @Test
  void timeOrderedIdsOfOneMillisecondAreSplitAsEvenly() {
    Routing split = Routing.weighted("a", 50).and("b", 50);
    long high = 0x0192_0000_0000_7000L;
    long firsts =
        IntStream.range(0, 4096)
            .mapToObj(i -> new UUID(high + i, 0x8000_0000_0000_0000L + i))
            .map(
                id ->
                    new Consignment(
                        id, "", "r", Target.email("a@b.c"), null, null, "d", Priority.NORMAL))
            .filter(c -> split.providers(c).orElseThrow().get(0).equals("a"))
            .count();
    assertThat(firsts).isBetween(1_900L, 2_200L);
  }

  @Test
  void whatOneProviderLosesGoesToTheOthersByTheirWeightsAndNothingElseMoves() {
    Routing three = Routing.weighted("a", 50).and("b", 30).and("c", 20);
    Routing two = Routing.weighted("b", 30).and("c", 20);
    for (int i = 0; i < 1_000; i++) {
      Consignment one = phone("+4930123456");
      List<String> order = three.providers(one).orElseThrow();
      assertThat(order.stream().filter(name -> !name.equals("a")).toList())
          .isEqualTo(two.providers(one).orElseThrow());
    }
  }

  @Test
  void knowsACountryByItsNumberOrElseByTheLocale() {
    assertThat(phone("+14155550123").country()).contains("US");
    assertThat(phone("+14165550123").country()).contains("CA");
    assertThat(phone("+77012345678").country()).contains("KZ");
    assertThat(phone("+79012345678").country()).contains("RU");
    assertThat(phone("+821012345678").country()).contains("KR");
    assertThat(phone("+999123").country()).isEmpty();
    assertThat(phone("01512345").country()).isEmpty();
    assertThat(phone("+").country()).isEmpty();
    assertThat(to(Target.email("a@b.c"), Locale.KOREA).country()).contains("KR");
    assertThat(to(Target.email("a@b.c"), Locale.KOREAN).country()).isEmpty();
    assertThat(to(Target.email("a@b.c"), null).country()).isEmpty();
    assertThat(to(Target.phone("+4930123456"), Locale.KOREA).country()).contains("DE");
  }

  @Test
  void takesTheFirstRuleThatMatches() {
    Routing rules =
        Routing.byCountry(Set.of("KR", "JP"), Routing.ordered("vonage", "twilio"))
            .otherwise(Routing.when(c -> c.tenant().equals("big"), Routing.ordered("own")))
            .otherwise(Routing.byCountry(Set.of("US"), Routing.ordered("twilio")));
    assertThat(rules.providers(phone("+821012345678"))).contains(List.of("vonage", "twilio"));
    assertThat(rules.providers(phone("+14155550123"))).contains(List.of("twilio"));
    assertThat(rules.providers(phone("+4930123456"))).isEqualTo(Optional.empty());
    assertThat(rules.names()).containsExactlyInAnyOrder("vonage", "twilio", "own");
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertThatThrownBy(() -> Routing.ordered("a", "a"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'a' twice");
    assertThatThrownBy(() -> Routing.weighted("a", 1).and("a", 2))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'a' twice");
    assertThatThrownBy(() -> Routing.weighted("a", 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is 0");
    assertThatThrownBy(() -> Routing.byCountry(Set.of("Korea"), Routing.ordered("a")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Korea");
  }
}
