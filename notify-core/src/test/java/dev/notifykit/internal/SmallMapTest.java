package dev.notifykit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SmallMapTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 6, 7, SmallMap.MOST, SmallMap.MOST + 1, 1_000})
  void itIsWhatWasPut(int size) {
    SmallMap.Builder<Integer> builder = new SmallMap.Builder<>();
    Map<String, Integer> expected = new HashMap<>();
    for (int i = 0; i < size; i++) {
      builder.put("name-" + i, i);
      expected.put("name-" + i, i);
    }
    Map<String, Integer> map = builder.build();
    assertThat(map).isEqualTo(expected).hasSameHashCodeAs(expected).hasSize(size);
    expected.forEach(
        (name, value) -> {
          assertThat(map.get(new StringBuilder(name).toString())).isEqualTo(value);
          assertThat(map.containsKey(name)).isTrue();
        });
    assertThat(map.get("name")).isNull();
    assertThat(map.containsKey("name")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, SmallMap.MOST, SmallMap.MOST + 1})
  void aLaterValueTakesTheFirstOnesPlace(int size) {
    SmallMap.Builder<Integer> builder = new SmallMap.Builder<>();
    for (int i = 0; i < size; i++) {
      builder.put("name-" + i, i);
    }
    builder.put("name-0", 42);
    assertThat(builder.build()).hasSize(size).containsEntry("name-0", 42);
  }

  @Test
  void fewNamesKeepTheirOrder() {
    SmallMap.Builder<Integer> builder = new SmallMap.Builder<>();
    Map<String, Integer> expected = new LinkedHashMap<>();
    for (String name : new String[] {"zeta", "alpha", "mu"}) {
      builder.put(name, 1);
      expected.put(name, 1);
    }
    assertThat(builder.build()).containsExactlyEntriesOf(expected);
  }

  @Test
  void whatIsBuiltDoesNotChange() {
    SmallMap.Builder<Integer> builder = new SmallMap.Builder<>();
    builder.put("a", 1);
    Map<String, Integer> before = builder.build();
    builder.put("a", 2);
    builder.put("b", 3);
    assertThat(before).containsExactly(Map.entry("a", 1));
    assertThatThrownBy(() -> before.put("c", 4)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> before.entrySet().iterator().next().setValue(5))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }
}
