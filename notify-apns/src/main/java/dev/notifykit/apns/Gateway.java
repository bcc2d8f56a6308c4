package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.ApnsClientMetricsListener;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one environment of APNs, and what is in flight on them.
 *
 * <p>A push holds its permit until pushy lets go of it, not only until its outcome is known, so
 * that pushy's own queues stay bounded while APNs cannot be reached. Outcomes are handed to an
 * executor: whoever waits for one must not hold up the event loop.
 */
final class Gateway {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final ApnsClient client;
  private final Map<String, Push> inFlight = new ConcurrentHashMap<>();
  private final Semaphore permits;
  private final Executor outcomes;
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder connectionFailures = new LongAdder();

  /**
   * Creates a gateway; it connects with the first push.
   *
   * @param settings pushy's, complete but for what a gateway adds
   * @param permits one for each push in flight, shared by all gateways of a provider
   * @param outcomes completes the outcomes
   */
  Gateway(ApnsClientBuilder settings, Semaphore permits, Executor outcomes) {
    this.permits = permits;
    this.outcomes = outcomes;
    try {
      this.client =
          settings
              .setFrameLogger(new WireLog(inFlight::get))
              .setMetricsListener(new Connections())
              .setGracefulShutdownTimeout(GRACE)
              .build();
    } catch (SSLException e) {
      throw new ConfigurationException("apns: TLS does not start with this certificate", e);
    }
  }

  /** Sends a push. */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is in the push
  CompletableFuture<Outcome> send(Push push) {
    if (!permits.tryAcquire()) {
      return now(new Outcome.Throttled("in-flight-limit", null, Outcome.Scope.PROVIDER));
    }
    String id = push.getApnsId().toString();
    if (inFlight.putIfAbsent(id, push) != null) {
      permits.release();
      return now(new Outcome.Retryable("already-in-flight"));
    }
    client.sendNotification(push).whenComplete((reply, failure) -> done(id, push, reply));
    return push.outcome;
  }

  private static CompletableFuture<Outcome> now(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private void done(String id, Push push, @Nullable PushNotificationResponse<Push> reply) {
    inFlight.remove(id);
    permits.release();
    complete(push, reply != null ? answered(push, reply) : unanswered(push));
  }

  private void complete(Push push, Outcome outcome) {
    if (!push.outcome.isDone()) {
      outcomes.execute(() -> push.outcome.complete(outcome));
    }
  }

  private static Outcome answered(Push push, PushNotificationResponse<Push> reply) {
    if (reply.isAccepted()) {
      return new Outcome.Accepted(push.getApnsId().toString());
    }
    String reason = reply.getRejectionReason().orElse(null);
    Push.Wire wire = push.wire();
    if (Reasons.EXPIRED_PROVIDER_TOKEN.equals(reason) && wire != null) {
      // Pushy closes the connection next. What came later on it bore the same token.
      WireLog.refuseFrom(wire);
    }
    return Reasons.outcome(
        reply.getStatusCode(), reason, reply.getTokenInvalidationTimestamp().orElse(null));
  }

  private static Outcome unanswered(Push push) {
    if (!push.isWritten()) {
      return new Outcome.Retryable("connection-failed");
    }
    Push.Wire wire = push.wire();
    return wire != null && WireLog.isRefusedByGoAway(wire)
        ? new Outcome.Retryable("not-processed")
        : new Outcome.Unknown("stream-closed");
  }

  /**
   * Gives up the pushes whose time is over.
   *
   * @param now by {@link System#nanoTime}
   */
  void expire(long now) {
    for (Push push : inFlight.values()) {
      if (now - push.deadline >= 0 && !push.outcome.isDone()) {
        expire(push);
      }
    }
  }

  private void expire(Push push) {
    if (push.abandon()) {
      complete(push, new Outcome.Retryable("not-connected"));
      return;
    }
    complete(push, new Outcome.Unknown("timeout"));
    Push.Wire wire = push.wire();
    if (wire != null) {
      wire.channel().eventLoop().execute(() -> reset(wire));
    }
  }

  /** Ends a stream that APNs left unanswered, so that it does not count against the limit. */
  @SuppressWarnings("FutureReturnValueIgnored") // a stream that is gone is as good as reset
  private static void reset(Push.Wire wire) {
    var http2 = wire.channel().pipeline().context(Http2ConnectionHandler.class);
    if (http2 != null && http2.handler() instanceof Http2ConnectionHandler handler) {
      handler.resetStream(http2, wire.stream(), Http2Error.CANCEL.code(), http2.newPromise());
      http2.flush();
    }
  }

  int connections() {
    return connections.get();
  }

  long connectionFailures() {
    return connectionFailures.sum();
  }

  /** Ends the connections; what is answered until then keeps its outcome. */
  CompletableFuture<Void> close() {
    return client.close();
  }

  /** Completes what the end of the connections left open. */
  void abandonAll() {
    for (Push push : inFlight.values()) {
      push.outcome.complete(
          push.isWritten() ? new Outcome.Unknown("closed") : new Outcome.Retryable("closed"));
    }
  }

  /**
   * After a failed connection attempt pushy fails one waiting push and lets the others wait for the
   * next attempt, up to a minute later. None of them was sent, so all can be told at once.
   */
  private void connectionFailed() {
    connectionFailures.increment();
    for (Push push : inFlight.values()) {
      if (push.abandon()) {
        complete(push, new Outcome.Retryable("connection-failed"));
      }
    }
  }

  private final class Connections implements ApnsClientMetricsListener {
    @Override
    public void handleWriteFailure(ApnsClient apnsClient, long notificationId) {}

    @Override
    public void handleNotificationSent(ApnsClient apnsClient, long notificationId) {}

    @Override
    public void handleNotificationAccepted(ApnsClient apnsClient, long notificationId) {}

    @Override
    public void handleNotificationRejected(ApnsClient apnsClient, long notificationId) {}

    @Override
    public void handleConnectionAdded(ApnsClient apnsClient) {
      connections.incrementAndGet();
    }

    @Override
    public void handleConnectionRemoved(ApnsClient apnsClient) {
      connections.decrementAndGet();
    }

    @Override
    public void handleConnectionCreationFailed(ApnsClient apnsClient) {
      connectionFailed();
    }
  }
}
