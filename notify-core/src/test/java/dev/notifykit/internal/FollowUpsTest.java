package dev.notifykit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FollowUpsTest {
  private final List<String> done = new ArrayList<>();
  private final Runnable first = () -> done.add("first");
  private final Runnable second = () -> done.add("second");

  @Test
  void whatFollowsInABurstIsDoneOnceAtItsEnd() {
    FollowUps.burst(
        () -> {
          FollowUps.once(first);
          FollowUps.burst(() -> FollowUps.once(first));
          FollowUps.once(second);
          FollowUps.once(first);
          done.add("work");
        });
    assertThat(done).startsWith("work").containsExactlyInAnyOrder("work", "first", "second");
  }

  @Test
  void outsideOfABurstItIsDoneAtOnce() {
    FollowUps.once(first);
    FollowUps.burst(() -> {});
    FollowUps.once(first);
    assertThat(done).containsExactly("first", "first");
  }

  @Test
  void anotherThreadsBurstPostponesNothing() {
    FollowUps.burst(
        () -> {
          CompletableFuture.runAsync(() -> FollowUps.once(first)).join();
          assertThat(done).containsExactly("first");
        });
  }

  @Test
  void aBurstThatBreaksOffIsFollowedUpAllTheSame() {
    assertThatThrownBy(
            () ->
                FollowUps.burst(
                    () -> {
                      FollowUps.once(first);
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);
    FollowUps.once(second);
    assertThat(done).containsExactly("first", "second");
  }
}
