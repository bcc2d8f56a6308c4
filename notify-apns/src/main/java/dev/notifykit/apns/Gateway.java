package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.ApnsClientMetricsListener;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
  private final Executor submitter;
  private final Executor outcomes;
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder connectionFailures = new LongAdder();

  /**
   * Creates a gateway; it connects with the first push.
   *
   * @param settings pushy's, complete but for what a gateway adds
   * @param permits one for each push in flight, shared by all gateways of a provider
   * @param loops pushy's event loops
   * @param outcomes completes the outcomes
   */
  Gateway(ApnsClientBuilder settings, Semaphore permits, EventLoopGroup loops, Executor outcomes) {
    this.permits = permits;
    this.submitter = submitter(loops);
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

  /**
   * Pushy asks its event loop for a connection for each push, which costs nothing on that loop
   * itself. With several loops it is not known which one that is.
   */
  private static Executor submitter(EventLoopGroup loops) {
    Iterator<EventExecutor> all = loops.iterator();
    EventExecutor first = all.next();
    return all.hasNext() ? Runnable::run : first;
  }

  /** Takes a permit for a push; returns why there is none, or null. */
  @Nullable Outcome enter(Push push) {
    if (!permits.tryAcquire()) {
      return new Outcome.Throttled("in-flight-limit", null, Outcome.Scope.PROVIDER);
    }
    if (inFlight.putIfAbsent(push.name(), push) != null) {
      permits.release();
      return new Outcome.Retryable("already-in-flight");
    }
    return null;
  }

  /** Sends pushes that have entered. */
  void send(List<Push> pushes) {
    try {
      submitter.execute(() -> pushes.forEach(this::submit));
    } catch (RejectedExecutionException e) { // closed meanwhile
      pushes.forEach(push -> done(push, null));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is in the push
  private void submit(Push push) {
    try {
      client.sendNotification(push).whenComplete((reply, failure) -> done(push, reply));
    } catch (RuntimeException e) { // a bug must not keep the others from being sent
      leave(push);
      push.outcome.completeExceptionally(e);
    }
  }

  private void done(Push push, @Nullable PushNotificationResponse<Push> reply) {
    leave(push);
    complete(push, reply != null ? answered(push, reply) : unanswered(push));
  }

  private void leave(Push push) {
    inFlight.remove(push.name());
    permits.release();
  }

  private void complete(Push push, Outcome outcome) {
    if (!push.outcome.isDone()) {
      outcomes.execute(() -> push.outcome.complete(outcome));
    }
  }

  private static Outcome answered(Push push, PushNotificationResponse<Push> reply) {
    if (reply.isAccepted()) {
      return new Outcome.Accepted(push.name());
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
