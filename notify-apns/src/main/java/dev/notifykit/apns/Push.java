package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import dev.notifykit.provider.Outcome;
import io.netty.channel.Channel;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way through pushy, and how far it came.
 *
 * <p>Steps only move forward: NEW to HANDED when pushy asks for the token, which it does as it
 * hands the push to the connection's encoder; HANDED to WRITTEN when its HEADERS frame is written.
 * A push may wait in both of the first two: for a connection, and for a free stream. NEW to
 * ABANDONED makes sure that it is never written: the token is then refused to pushy, whose write
 * fails. Only what is WRITTEN can have reached APNs.
 */
final class Push implements ApnsPushNotification {
  /** How far a push came. */
  enum Step {
    NEW,
    HANDED,
    WRITTEN,
    ABANDONED
  }

  /** The connection and stream a push was written on. */
  record Wire(Channel channel, int stream) {}

  private final UUID id;
  private final String name;
  private final String token;
  private final String topic;
  private final String payload;
  private final PushType type;
  private final DeliveryPriority priority;
  private final String collapseId;
  private final @Nullable Instant expiration;
  private final AtomicReference<Step> step = new AtomicReference<>(Step.NEW);
  private volatile @Nullable Wire wire;

  final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  /** When it is given up, by {@link System#nanoTime}. */
  final long deadline;

  /**
   * Creates a push that is not sent yet.
   *
   * @param collapseId what it replaces and is replaced by; null for itself only
   * @param expiration until when APNs keeps it; null for not at all
   * @param deadline by {@link System#nanoTime}
   */
  Push(
      UUID id,
      String token,
      String topic,
      String payload,
      PushType type,
      DeliveryPriority priority,
      @Nullable String collapseId,
      @Nullable Instant expiration,
      long deadline) {
    this.id = id;
    this.name = id.toString();
    this.token = token;
    this.topic = topic;
    this.payload = payload;
    this.type = type;
    this.priority = priority;
    this.collapseId = collapseId == null ? name : collapseId;
    this.expiration = expiration;
    this.deadline = deadline;
  }

  /** Returns its apns-id as it is written. */
  String name() {
    return name;
  }

  /** Makes sure that it is never written; returns false if it may be or may have been. */
  boolean abandon() {
    return step.compareAndSet(Step.NEW, Step.ABANDONED);
  }

  void writtenOn(Wire where) {
    wire = where;
    step.set(Step.WRITTEN);
  }

  boolean isWritten() {
    return step.get() == Step.WRITTEN;
  }

  /** Returns where it was written last, or null before that. */
  @Nullable Wire wire() {
    return wire;
  }

  @Override
  public String getToken() {
    if (!step.compareAndSet(Step.NEW, Step.HANDED) && step.get() == Step.ABANDONED) {
      throw new CancellationException("given up before it was written");
    }
    return token;
  }

  @Override
  public String getPayload() {
    return payload;
  }

  @Override
  public @Nullable Instant getExpiration() {
    return expiration;
  }

  @Override
  public DeliveryPriority getPriority() {
    return priority;
  }

  @Override
  public PushType getPushType() {
    return type;
  }

  @Override
  public String getTopic() {
    return topic;
  }

  @Override
  public String getCollapseId() {
    return collapseId;
  }

  @Override
  public UUID getApnsId() {
    return id;
  }

  @Override
  public String toString() {
    return "Push[" + id + " " + step + "]";
  }
}
