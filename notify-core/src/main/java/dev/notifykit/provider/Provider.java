package dev.notifykit.provider;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A service that takes messages of one channel and carries them to recipients.
 *
 * <p>Implementations are thread-safe and own their connections, which {@link #close} ends. They
 * make exactly one attempt per call and never sleep, retry or queue without bound: the library does
 * that, durably. They log no address, token, content or secret. What they say of themselves is
 * checked when the client is built.
 */
public interface Provider extends AutoCloseable {
  /** Returns a name that is unique among the client's providers, such as {@code smtp}. */
  String name();

  /** Returns the channel whose messages it takes. */
  Channel channel();

  /** Returns the routes of its channel that it can serve, at least one; default all. */
  default Set<Route> routes() {
    return switch (channel()) {
      case PUSH -> Set.of(Route.APNS, Route.FCM);
      case SMS -> Set.of(Route.SMS);
      case EMAIL -> Set.of(Route.EMAIL);
      case INBOX -> Set.of(Route.INBOX);
    };
  }

  /**
   * Returns whether it can serve this target at all, for providers that know one app, region or
   * environment only; default every target on its {@link #routes}.
   */
  default boolean serves(Target target) {
    return true;
  }

  /** Returns the most sends it may have in flight at once, at least 1; default 64. */
  default int maxInFlight() {
    return 64;
  }

  /**
   * Returns how long a send may take before its outcome counts as unknown, positive; default 30
   * seconds. The library keeps its leases longer than this.
   */
  default Duration timeout() {
    return Duration.ofSeconds(30);
  }

  /**
   * Returns why {@link #send} would refuse this message without asking its service: a payload over
   * the limit, an option that contradicts another. The library asks for content that is given ready
   * when a notification is sent, so that the caller learns it at once, and for what a template
   * makes once it is rendered. A refusal names what was measured and the limit, if that is why. It
   * neither blocks nor sends. Default: no objection.
   *
   * @param target the address or device, of this provider's channel
   * @param message the message, of this provider's channel
   */
  default Optional<Outcome.Rejected> check(Target target, Message message) {
    return Optional.empty();
  }

  /**
   * Returns why {@link #send} would call this target invalid without asking its service: a token
   * that cannot be one. The library asks when a device is saved and when one is given with a
   * notification, so that the caller learns it at once. It neither blocks nor sends. Default: no
   * objection.
   *
   * @param target the address or device, one that it {@link #serves}
   */
  default Optional<Outcome.InvalidTarget> check(Target target) {
    return Optional.empty();
  }

  /**
   * Sends one message, without blocking the caller for longer than it takes to hand the message to
   * the provider's own threads or sockets.
   *
   * <p>The stage completes with the outcome, whatever the provider answered. It completes
   * exceptionally only for a bug; the library then treats the outcome as unknown.
   *
   * @param request what to send to whom
   */
  CompletionStage<Outcome> send(SendRequest request);

  /**
   * Sends several messages; override where the service takes batches. Default: one {@link #send} a
   * request; one that throws fails its own stage and no other.
   *
   * @param requests at most as many as the provider has room for under {@link #maxInFlight}
   * @return the outcomes, in the order of the requests
   */
  default List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
    List<CompletionStage<Outcome>> stages = new ArrayList<>(requests.size());
    for (SendRequest request : requests) {
      try {
        stages.add(send(request));
      } catch (Throwable e) {
        stages.add(CompletableFuture.failedStage(e));
      }
    }
    return stages;
  }

  /** Ends connections and threads. Sends in flight may complete as unknown. Idempotent. */
  @Override
  void close();
}
