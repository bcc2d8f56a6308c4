package dev.notifykit.benchmarks.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, what was acknowledged, and what the provider was asked to send: kept in the
 * parent, so that no worker's death loses a line. Thread-safe.
 */
final class Ledger {
  /**
   * One call of the provider, at the moment it arrived.
   *
   * @param attempt the attempt, as the library counts
   * @param claimBegan when the worker began the claim, by the machine's monotonic clock
   * @param sendBegan when the worker asked its provider, by the same clock
   * @param arrived when the call arrived, by the same clock
   * @param answer what is answered: {@code accepted}, {@code none}, or the code of a failure
   * @param messageId the provider's id, one for each call
   */
  record Call(
      int event,
      UUID delivery,
      int attempt,
      String worker,
      String channel,
      long claimBegan,
      long sendBegan,
      long arrived,
      String answer,
      String messageId) {
    boolean isAccepted() {
      return !answer.startsWith("5"); // a lost answer was an acceptance
    }
  }

  /** What is known of one event. */
  static final class Event {
    final int number;
    private final long askedAt = System.nanoTime();
    private long touchedAt = askedAt;
    @Nullable UUID notificationId;
    final List<Call> calls = new ArrayList<>(1);

    /** How often a fault caught it between the provider and the record: as many repeats are due. */
    int caught;

    Event(int number) {
      this.number = number;
    }

    /** Returns whether anything may have been written of it in that time. */
    boolean wasInHand(long from, long to) {
      return askedAt - to <= 0 && touchedAt - from >= 0;
    }

    long accepted() {
      return calls.stream().filter(Call::isAccepted).count();
    }
  }

  private final Map<Integer, Event> events = new HashMap<>();
  private int acked;
  private int calls;
  private int strangers;

  synchronized void asked(int event) {
    events.computeIfAbsent(event, Event::new);
  }

  synchronized void acked(int number, UUID notificationId) {
    Event event = events.get(number);
    if (event == null) {
      strangers++;
    } else if (event.notificationId == null) {
      event.notificationId = notificationId;
      event.touchedAt = System.nanoTime();
      acked++;
    } else if (!event.notificationId.equals(notificationId)) {
      strangers++; // two notifications under one event id
    }
  }

  synchronized void called(Call call) {
    calls++;
    Event event = events.get(call.event);
    if (event == null) {
      strangers++;
    } else {
      event.calls.add(call);
      event.touchedAt = System.nanoTime();
    }
  }

  synchronized void caught(int number) {
    Event event = events.get(number);
    if (event != null) {
      event.caught++;
    }
  }

  synchronized boolean isAcked(int number) {
    Event event = events.get(number);
    return event != null && event.notificationId != null;
  }

  synchronized int asked() {
    return events.size();
  }

  synchronized int acked() {
    return acked;
  }

  synchronized int calls() {
    return calls;
  }

  /** Returns how many lines belong to nothing that was asked for. */
  synchronized int strangers() {
    return strangers;
  }

  /** Returns whether each event from {@code from} to {@code to} has reached the provider. */
  synchronized boolean isCalled(int from, int to) {
    for (int number = from; number < to; number++) {
      Event event = events.get(number);
      if (event == null || event.calls.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns when an event first reached the provider, or the end of time. */
  synchronized long firstCall(int number) {
    Event event = events.get(number);
    return event == null || event.calls.isEmpty() ? Long.MAX_VALUE : event.calls.get(0).arrived();
  }

  synchronized @Nullable Event event(int number) {
    return events.get(number);
  }

  synchronized List<Event> events() {
    return new ArrayList<>(events.values());
  }
}
