package dev.notifykit;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What {@code send} returns once the notification is durable. Thread-safe. */
public final class Receipt {
  /** How the event id fared. */
  public enum Status {
    /** Stored; its deliveries are on their way. */
    ACCEPTED,
    /**
     * The same event with the same content was sent before; this is that notification's receipt.
     */
    DUPLICATE,
    /**
     * The same event id was used for other content; nothing was stored. Only from {@code sendAll}.
     */
    CONFLICT
  }

  private final UUID notificationId;
  private final String eventId;
  private final Status status;
  private final Supplier<CompletionStage<List<Delivery>>> completion;

  Receipt(
      UUID notificationId,
      String eventId,
      Status status,
      Supplier<CompletionStage<List<Delivery>>> completion) {
    this.notificationId = notificationId;
    this.eventId = eventId;
    this.status = status;
    this.completion = completion;
  }

  /** Returns the notification's id: for a duplicate or a conflict that of the first. */
  public UUID notificationId() {
    return notificationId;
  }

  /** Returns the event id, the caller's or the one made for it. */
  public String eventId() {
    return eventId;
  }

  /** Returns how the event id fared. */
  public Status status() {
    return status;
  }

  /** Returns whether the same event was sent before. */
  public boolean isDuplicate() {
    return status == Status.DUPLICATE;
  }

  /**
   * Returns a stage that completes when every delivery is terminal, with all of them: of a
   * notification that is sent later, that waits out quiet hours or that is tried again, not before
   * that is over. What another node delivers is looked for once a second. It fails with {@link
   * ClientClosedException} if the client is closed first; the deliveries are not affected. Of a
   * notification that a transaction rolled back, or that was purged, nothing ever ends: put a limit
   * on the wait. What depends on the stage runs on a thread of the library's and must return soon.
   */
  public CompletionStage<List<Delivery>> completion() {
    return completion.get();
  }

  @Override
  public String toString() {
    return "Receipt[" + notificationId + " " + status + "]";
  }
}
