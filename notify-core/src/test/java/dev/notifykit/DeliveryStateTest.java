package dev.notifykit;

import static dev.notifykit.DeliveryState.ACCEPTED;
import static dev.notifykit.DeliveryState.CANCELLED;
import static dev.notifykit.DeliveryState.CLAIMED;
import static dev.notifykit.DeliveryState.DEAD;
import static dev.notifykit.DeliveryState.DELIVERED;
import static dev.notifykit.DeliveryState.EXPIRED;
import static dev.notifykit.DeliveryState.READY;
import static dev.notifykit.DeliveryState.RETRY_WAIT;
import static dev.notifykit.DeliveryState.SCHEDULED;
import static dev.notifykit.DeliveryState.SUPPRESSED;
import static dev.notifykit.DeliveryState.UNDELIVERED;
import static dev.notifykit.DeliveryState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of states against the table of the reliability contract, written out again. */
final class DeliveryStateTest {
  private static final Map<DeliveryState, Set<DeliveryState>> TABLE =
      Map.ofEntries(
          Map.entry(SCHEDULED, Set.of(READY, CANCELLED, EXPIRED)),
          Map.entry(READY, Set.of(CLAIMED, CANCELLED, EXPIRED)),
          Map.entry(
              CLAIMED, Set.of(ACCEPTED, RETRY_WAIT, DEAD, SUPPRESSED, EXPIRED, UNKNOWN, READY)),
          Map.entry(RETRY_WAIT, Set.of(READY, CANCELLED, EXPIRED)),
          Map.entry(UNKNOWN, Set.of(ACCEPTED, RETRY_WAIT, DEAD)),
          Map.entry(ACCEPTED, Set.of(DELIVERED, UNDELIVERED)),
          Map.entry(DEAD, Set.of(READY)),
          Map.entry(DELIVERED, Set.of()),
          Map.entry(UNDELIVERED, Set.of()),
          Map.entry(SUPPRESSED, Set.of()),
          Map.entry(EXPIRED, Set.of()),
          Map.entry(CANCELLED, Set.of()));

  static Stream<Arguments> everyPair() {
    return Arrays.stream(DeliveryState.values())
        .flatMap(from -> Arrays.stream(DeliveryState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void stateBecomesExactlyWhatTheTableSays(DeliveryState from, DeliveryState to) {
    assertThat(from.canBecome(to)).isEqualTo(TABLE.get(from).contains(to));
  }

  @Test
  void tableHasEveryState() {
    assertThat(TABLE.keySet()).isEqualTo(EnumSet.allOf(DeliveryState.class));
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void onlyReceiptAndReplayLeaveATerminalState(DeliveryState state) {
    boolean mayGoOn = state == ACCEPTED || state == DEAD;
    if (state.isTerminal()) {
      assertThat(TABLE.get(state).isEmpty()).isEqualTo(!mayGoOn);
    } else {
      assertThat(TABLE.get(state)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void exactlyWhatWaitsCanBeCancelled(DeliveryState state) {
    assertThat(state.isWaiting()).isEqualTo(state.canBecome(CANCELLED));
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void everyStateIsReachedFromAnAppendedOne(DeliveryState state) {
    Set<DeliveryState> reached = EnumSet.of(SCHEDULED, READY, SUPPRESSED);
    for (int i = 0; i < DeliveryState.values().length; i++) {
      for (DeliveryState from : Set.copyOf(reached)) {
        Stream.of(DeliveryState.values()).filter(from::canBecome).forEach(reached::add);
      }
    }
    assertThat(reached).contains(state);
  }
}
