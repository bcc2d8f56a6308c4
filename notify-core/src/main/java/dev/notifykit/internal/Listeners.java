package dev.notifykit.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners by what they listen to. Thread-safe. A listener that throws is logged, and the others
 * are told.
 *
 * @param <K> names what is listened to
 * @param <E> what they are told
 */
public final class Listeners<K, E> {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final Map<K, List<Ear<E>>> byKey = new ConcurrentHashMap<>();

  /** Creates one without listeners. */
  public Listeners() {}

  /** Tells a listener that was added twice from itself. */
  private static final class Ear<E> {
    private final Consumer<? super E> listener;

    private Ear(Consumer<? super E> listener) {
      this.listener = listener;
    }
  }

  /**
   * Adds a listener.
   *
   * @param key what it listens to
   * @param listener the listener
   * @return removes it; may be run again
   */
  public Runnable add(K key, Consumer<? super E> listener) {
    Ear<E> ear = new Ear<>(listener);
    byKey.compute(key, (k, before) -> with(before == null ? List.of() : before, ear));
    return () -> {
      byKey.computeIfPresent(key, (k, before) -> without(before, ear));
      byKey.remove(key, List.of());
    };
  }

  private static <E> List<Ear<E>> with(List<Ear<E>> before, Ear<E> ear) {
    List<Ear<E>> all = new ArrayList<>(before);
    all.add(ear);
    return List.copyOf(all);
  }

  private static <E> List<Ear<E>> without(List<Ear<E>> before, Ear<E> ear) {
    List<Ear<E>> rest = new ArrayList<>(before);
    rest.remove(ear);
    return List.copyOf(rest);
  }

  /** Returns whether somebody listens. */
  public boolean has(K key) {
    return !byKey.getOrDefault(key, List.of()).isEmpty();
  }

  /** Tells all who listen, on this thread. */
  public void tell(K key, E event) {
    for (Ear<E> ear : byKey.getOrDefault(key, List.of())) {
      try {
        ear.listener.accept(event);
      } catch (Throwable e) {
        log.error("a listener threw", Traces.withoutMessages(e));
      }
    }
  }
}
