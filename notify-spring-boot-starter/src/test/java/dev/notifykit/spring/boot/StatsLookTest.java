package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Stats;
import dev.notifykit.StoreException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsLookTest {
  private static final long SECOND = 1_000_000_000;

  private long now = -5 * SECOND;
  private int asked;
  private boolean isAway;
  private final StatsLook look = new StatsLook(this::ask, () -> now);

  private Stats ask() {
    asked++;
    if (isAway) {
      now += 30 * SECOND; // as long as a pool waits for a connection
      throw new StoreException("no connection");
    }
    return new Stats(Map.of(), List.of());
  }

  @Test
  void gaugesOfOneScrapeAskOnce() {
    assertThat(look.stats()).isSameAs(look.stats());
    assertThat(asked).isEqualTo(1);
    now += 2 * SECOND;
    look.stats();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void gaugesOfOneScrapeWaitOnceForAStoreThatIsAway() {
    look.stats();
    now += 2 * SECOND;
    isAway = true;
    for (int gauge = 0; gauge < 24; gauge++) {
      assertThatThrownBy(look::stats).isInstanceOf(StoreException.class);
    }
    assertThat(asked).isEqualTo(2);
    isAway = false;
    now += 2 * SECOND;
    look.stats();
    assertThat(asked).isEqualTo(3);
  }

  /** A store of the application's own may throw whatever its driver does. */
  @Test
  void whateverTheStoreThrowsIsNoAnswer() {
    StatsLook broken =
        new StatsLook(
            () -> {
              if (asked++ > 0) {
                throw new IllegalStateException("a driver's");
              }
              return new Stats(Map.of(), List.of());
            },
            () -> now);
    broken.stats();
    now += 2 * SECOND;
    for (int gauge = 0; gauge < 24; gauge++) {
      assertThatThrownBy(broken::stats).isInstanceOf(StoreException.class);
    }
    assertThat(asked).isEqualTo(2);
  }
}
