package dev.notifykit.internal;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a thread that has many answers to hand out do once, when it is through with them, what would
 * have to follow from each: waking another thread for every single one costs more than the answers
 * themselves. Thread-safe: each thread has its own.
 */
public final class FollowUps {
  private static final ThreadLocal<@Nullable Set<Runnable>> POSTPONED = new ThreadLocal<>();

  private FollowUps() {}

  /**
   * Does something that is over soon, and at its end whatever it gave to {@link #once}. Inside
   * another such burst it is a part of that.
   */
  public static void burst(Runnable work) {
    if (POSTPONED.get() != null) {
      work.run();
      return;
    }
    Set<Runnable> postponed = Collections.newSetFromMap(new IdentityHashMap<>());
    POSTPONED.set(postponed);
    try {
      work.run();
    } finally {
      POSTPONED.remove();
      postponed.forEach(Runnable::run);
    }
  }

  /**
   * Does something now, or once at the end of the burst that this thread is in, however often it is
   * asked for until then.
   *
   * @param followUp the same object each time; it throws nothing
   */
  public static void once(Runnable followUp) {
    Set<Runnable> postponed = POSTPONED.get();
    if (postponed == null) {
      followUp.run();
    } else {
      postponed.add(followUp);
    }
  }
}
