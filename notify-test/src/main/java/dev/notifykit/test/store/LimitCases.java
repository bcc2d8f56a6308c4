package dev.notifykit.test.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.RateLimitStore.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Limits that are never exceeded by one. */
abstract class LimitCases extends DedupeCases {
  LimitCases() {}

  private BucketCharge slow(String key, long capacity, OnLimit onLimit) {
    return new BucketCharge(key, new TokenBucket(capacity, units(10 * capacity)), onLimit);
  }

  @Test
  void deliveryOverTheLimitIsSuppressed() {
    Draft draft = draft();
    for (int i = 0; i < 5; i++) {
      draft.mail("user-1", charge("r/user-1", 3, OnLimit.DROP));
    }
    Appended appended = append(draft);
    assertThat(appended.limited()).containsExactly(new Limited(3, null), new Limited(4, null));
    for (int i = 0; i < 5; i++) {
      UUID id = draft.deliveryIds().get(i);
      assertThat(stateOf(id)).isEqualTo(i < 3 ? DeliveryState.READY : DeliveryState.SUPPRESSED);
      assertThat(delivery(id).reason()).isEqualTo(i < 3 ? null : "RATE_LIMITED");
    }
    assertThat(claim(10)).hasSize(3);
  }

  @Test
  void deliveryOverTheLimitIsDeferredWhereThePolicySaysSo() {
    BucketCharge charge = slow("r/user-1", 1, OnLimit.DEFER);
    Draft draft = draft().mail("user-1", charge).mail("user-1", charge);
    Appended appended = append(draft);
    assertThat(appended.limited()).hasSize(1);
    assertThat(appended.limited().get(0).index()).isEqualTo(1);
    Instant deferredTo = appended.limited().get(0).deferredTo();
    assertThat(deferredTo).isBetween(now(), now().plus(units(10)).plusMillis(2));
    UUID deferred = draft.deliveryIds().get(1);
    assertThat(stateOf(deferred)).isEqualTo(DeliveryState.SCHEDULED);
    assertThat(idsOf(claim(10))).containsExactly(draft.deliveryIds().get(0));
    advance(units(11));
    assertThat(idsOf(claim(10))).containsExactly(deferred);
  }

  /** Else nobody is sent anything while tokens wait for those that have expired by then. */
  @Test
  void deliveryThatCannotWaitForItsTokenIsSuppressedAndTakesNone() {
    BucketCharge charge = slow("r/user-1", 1, OnLimit.DEFER);
    append(draft().mail("user-1", charge));
    Draft urgent = draft();
    for (int i = 0; i < 5; i++) {
      urgent.mail("user-1", charge.waitingLessThan(units(5)));
    }
    assertThat(append(urgent).limited()).hasSize(5).allMatch(l -> l.deferredTo() == null);
    assertThat(delivery(urgent.deliveryIds().get(0)).reason()).isEqualTo("RATE_LIMITED");
    Limited patient =
        append(draft().mail("user-1", charge.waitingLessThan(units(20)))).limited().get(0);
    assertThat(patient.deferredTo()).isBetween(now(), now().plus(units(10)).plusMillis(2));
  }

  @Test
  void deferredDeliveriesKeepTheLimitAmongThemselves() {
    BucketCharge charge = slow("r/user-1", 2, OnLimit.DEFER);
    Draft draft = draft();
    for (int i = 0; i < 8; i++) {
      draft.mail("user-1", charge);
    }
    Instant start = now();
    List<Limited> limited = append(draft).limited();
    assertThat(limited).hasSize(6);
    List<Instant> due = new ArrayList<>();
    limited.forEach(l -> due.add(l.deferredTo()));
    due.sort(null);
    for (int i = 0; i < due.size(); i++) {
      // The i-th token after the burst is there i intervals later, and no earlier.
      assertThat(due.get(i)).isAfterOrEqualTo(start.plus(units(10L * (i + 1))).minusMillis(1));
    }
  }

  @Test
  void deliveryThatIsRefusedByOneBucketTakesFromNone() {
    BucketCharge empty = charge("empty", 1, OnLimit.DROP);
    BucketCharge full = charge("full", 3, OnLimit.DROP);
    append(draft().mail("user-1", empty));
    for (int i = 0; i < 5; i++) {
      assertThat(append(draft().mail("user-1", full, empty)).limited()).hasSize(1);
      assertThat(append(draft().mail("user-1", empty, full)).limited()).hasSize(1);
    }
    assertThat(store().rateLimits().take(full, 10).tokens()).isEqualTo(3);
  }

  /**
   * Else whoever one limit puts off for long would use up the other limit for everyone until then.
   */
  @Test
  void deliveryThatOneBucketDefersTakesOneTokenOfTheOther() {
    BucketCharge busy = charge("busy", 1, OnLimit.DEFER);
    BucketCharge other = charge("other", 3, OnLimit.DROP);
    append(draft().mail("user-1", busy));
    assertThat(append(draft().mail("user-1", busy, other)).limited()).hasSize(1);
    assertThat(store().rateLimits().take(other, 10).tokens()).isEqualTo(2);
  }

  @Test
  void everyoneOfTenThousandHasALimitOfTheirOwn() {
    Draft draft = draft();
    for (int i = 0; i < 10_000; i++) {
      BucketCharge theirs = charge("r/user-" + i, 1, OnLimit.DROP);
      draft.mail("user-" + i, theirs);
      if (i % 1_000 == 0) {
        draft.mail("user-" + i, theirs);
      }
    }
    assertThat(append(draft).limited()).hasSize(10);
    assertThat(requireNonNull(store().queue().depths().get(Route.EMAIL)).ready()).isEqualTo(10_000);
  }

  @Test
  void bucketsOfDifferentKeysAreApart() {
    assertThat(append(draft().mail("user-1", charge("a/" + TEXT, 1, OnLimit.DROP))).limited())
        .isEmpty();
    assertThat(append(draft().mail("user-1", charge("A/" + TEXT, 1, OnLimit.DROP))).limited())
        .isEmpty();
    assertThat(append(draft().mail("user-1", charge("a/" + TEXT, 1, OnLimit.DROP))).limited())
        .hasSize(1);
  }

  @Test
  void limitIsNeverExceededByManyThreads() throws Exception {
    BucketCharge charge = charge("r/user-1", 50, OnLimit.DROP);
    List<NotificationStore> nodes = List.of(store(), another());
    List<Integer> admitted =
        together(
            8,
            thread -> {
              int mine = 0;
              for (int i = 0; i < 25; i++) {
                Draft draft = draft().mail("user-1", charge);
                NotificationStore node = nodes.get(thread % 2);
                Appended appended =
                    node.queue()
                        .append(List.of(draft.build()), Handoff.NONE, null)
                        .notifications()
                        .get(0);
                mine += appended.limited().isEmpty() ? 1 : 0;
              }
              return mine;
            });
    assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(50);
    assertThat(claim(200)).hasSize(50);
  }

  @Test
  void severalBucketsTakenByManyThreadsInAnyOrderAreExact() throws Exception {
    BucketCharge user = charge("r/user-1", 40, OnLimit.DROP);
    BucketCharge tenant = charge("t/", 30, OnLimit.DROP);
    List<Integer> admitted =
        together(
            8,
            thread -> {
              int mine = 0;
              for (int i = 0; i < 10; i++) {
                Draft draft =
                    thread % 2 == 0
                        ? draft().mail("user-1", user, tenant)
                        : draft().mail("user-1", tenant, user);
                mine += append(draft).limited().isEmpty() ? 1 : 0;
              }
              return mine;
            });
    assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
    assertThat(store().rateLimits().take(user, 40).tokens()).as("left for the user").isEqualTo(10);
  }

  // ---- buckets outside of an append

  @Test
  void bucketGivesWhatItHas() {
    BucketCharge charge = slow("p/smtp", 5, OnLimit.DEFER);
    assertThat(store().rateLimits().take(charge, 2)).isEqualTo(new Grant(2, Duration.ZERO));
    Grant rest = store().rateLimits().take(charge, 8);
    assertThat(rest.tokens()).isEqualTo(3);
    assertThat(rest.retryIn()).isPositive().isLessThanOrEqualTo(units(10).plusMillis(1));
    assertThat(store().rateLimits().take(charge, 1).tokens()).isZero();
  }

  @Test
  void bucketFillsWithTime() {
    BucketCharge charge = slow("p/smtp", 5, OnLimit.DEFER);
    Instant empty = store().clock().instant();
    store().rateLimits().take(charge, 5);
    Duration wait = store().rateLimits().waitFor(charge);
    assertThat(wait).isPositive().isLessThanOrEqualTo(units(10).plusMillis(1));
    advance(units(11));
    assertThat(store().rateLimits().waitFor(charge)).isZero();
    int tokens = store().rateLimits().take(charge, 5).tokens();
    Duration most = Duration.between(empty, store().clock().instant()).plus(clockError());
    assertThat(tokens).isBetween(1, (int) most.dividedBy(units(10))); // 1, unless it took long
  }

  @Test
  void askingHowLongToWaitTakesNothing() {
    BucketCharge charge = charge("p/smtp", 3, OnLimit.DEFER);
    for (int i = 0; i < 10; i++) {
      assertThat(store().rateLimits().waitFor(charge)).isZero();
    }
    assertThat(store().rateLimits().take(charge, 10).tokens()).isEqualTo(3);
  }

  @Test
  void bucketIsTheSameInsideAndOutsideOfAnAppend() {
    BucketCharge charge = charge("shared", 3, OnLimit.DROP);
    assertThat(store().rateLimits().take(charge, 2).tokens()).isEqualTo(2);
    Draft draft = draft().mail("user-1", charge).mail("user-1", charge);
    assertThat(append(draft).limited()).containsExactly(new Limited(1, null));
  }

  @Test
  void racingTakersNeverGetMoreThanThereIs() throws Exception {
    BucketCharge charge = charge("p/smtp", 100, OnLimit.DEFER);
    List<NotificationStore> nodes = List.of(store(), another());
    List<Integer> taken =
        together(
            8,
            thread -> {
              int mine = 0;
              for (int i = 0; i < 10; i++) {
                mine += nodes.get(thread % 2).rateLimits().take(charge, 3).tokens();
              }
              return mine;
            });
    assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
  }
}
