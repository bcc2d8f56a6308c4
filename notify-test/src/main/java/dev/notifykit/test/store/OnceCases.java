package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.OnceStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Values that are set once, whoever asks and however often. */
abstract class OnceCases extends UnreadCases {
  OnceCases() {}

  @Test
  void theFirstValueOfANameStays() {
    OnceStore once = store().once();
    assertThat(once.putIfAbsent("name", "first", null)).isEqualTo("first");
    assertThat(once.putIfAbsent("name", "second", null)).isEqualTo("first");
    assertThat(once.putIfAbsent("Name", "third", null)).as("case counts").isEqualTo("third");
    assertThat(once.putIfAbsent("name ", "fourth", null)).isEqualTo("fourth");
    String longest = "n".repeat(OnceStore.MAX_NAME);
    String value = "v".repeat(OnceStore.MAX_VALUE);
    assertThat(once.putIfAbsent(longest, value, null)).isEqualTo(value);
    assertThat(once.putIfAbsent(longest, "x", null)).isEqualTo(value);
  }

  @Test
  void aValueLapsesAfterItsTimeAndNotBefore() {
    OnceStore once = store().once();
    assertThat(once.putIfAbsent("nonce", "first", units(25))).isEqualTo("first");
    assertThat(once.putIfAbsent("kept", "first", null)).isEqualTo("first");
    assertThat(once.putIfAbsent("nonce", "second", units(1_000))).isEqualTo("first");
    advance(units(26));
    assertThat(once.putIfAbsent("nonce", "third", units(25)))
        .as("a repeat does not prolong it")
        .isEqualTo("third");
    assertThat(once.putIfAbsent("nonce", "fourth", units(25))).isEqualTo("third");
    assertThat(once.putIfAbsent("kept", "second", null)).isEqualTo("first");
  }

  @Test
  void ofManyAtOnceAllGetTheValueOfOne() throws Exception {
    List<NotificationStore> nodes = List.of(store(), another());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          OnceStore once = nodes.get(i % nodes.size()).once();
          String name = "race-" + round;
          String value = "v" + i;
          calls.add(() -> once.putIfAbsent(name, value, units(100)));
        }
        Set<String> values = new HashSet<>();
        for (Future<String> each : threads.invokeAll(calls)) {
          values.add(each.get());
        }
        assertThat(values).hasSize(1);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void manyNamesAreKept() {
    OnceStore once = store().once();
    for (int i = 0; i < 1_500; i++) {
      assertThat(once.putIfAbsent("n" + i, "first", units(i % 2 == 0 ? 1 : 100_000)))
          .isEqualTo("first");
    }
    for (int i = 1; i < 1_500; i += 2) {
      assertThat(once.putIfAbsent("n" + i, "second", units(1))).isEqualTo("first");
    }
  }

  @Test
  void aValueIsThereAfterACrash() throws Exception {
    requires(StoreCapability.DURABLE);
    store().once().putIfAbsent("name", "first", null);
    crashAndReopen();
    assertThat(store().once().putIfAbsent("name", "second", null)).isEqualTo("first");
  }
}
