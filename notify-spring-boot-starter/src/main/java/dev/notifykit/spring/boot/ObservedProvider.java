package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A provider whose sends are observed, each as the continuation of the trace it was sent in. */
final class ObservedProvider implements Provider {
  private final Provider provider;
  private final ObservationRegistry registry;

  ObservedProvider(Provider provider, ObservationRegistry registry) {
    this.provider = provider;
    this.registry = registry;
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    Observation observation = start(request);
    try (Observation.Scope scope = observation.openScope()) {
      return observed(observation, provider.send(request));
    } catch (Throwable e) {
      observation.error(e).stop();
      throw e;
    }
  }

  @Override
  public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
    List<Observation> observations = requests.stream().map(this::start).toList();
    List<CompletionStage<Outcome>> stages;
    try {
      stages = provider.sendAll(requests);
    } catch (Throwable e) {
      observations.forEach(observation -> observation.error(e).stop());
      throw e;
    }
    List<CompletionStage<Outcome>> observed = new ArrayList<>(stages.size());
    for (int i = 0; i < stages.size(); i++) {
      observed.add(observed(observations.get(i), stages.get(i)));
    }
    return observed;
  }

  private Observation start(SendRequest request) {
    ReceiverContext<Map<String, String>> context = new ReceiverContext<>(Map::get, Kind.CONSUMER);
    context.setCarrier(request.context());
    return Observation.createNotStarted("notify.send", () -> context, registry)
        .contextualName("notify " + provider.name())
        .lowCardinalityKeyValue("provider", provider.name())
        .lowCardinalityKeyValue("outcome", "none")
        .highCardinalityKeyValue("delivery", request.deliveryId().toString())
        .start();
  }

  /**
   * What a provider forgot to answer is the library's to log, and costs no other send its answer.
   */
  private static CompletionStage<Outcome> observed(
      Observation observation, @Nullable CompletionStage<Outcome> given) {
    CompletionStage<Outcome> stage =
        given == null ? CompletableFuture.completedFuture(null) : given;
    return stage.whenComplete(
        (outcome, failure) -> {
          if (failure != null) {
            observation.error(failure);
          } else if (outcome != null) {
            observation.lowCardinalityKeyValue("outcome", outcome.getClass().getSimpleName());
          }
          observation.stop();
        });
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public Channel channel() {
    return provider.channel();
  }

  @Override
  public Set<Route> routes() {
    return provider.routes();
  }

  @Override
  public boolean serves(Target target) {
    return provider.serves(target);
  }

  @Override
  public int maxInFlight() {
    return provider.maxInFlight();
  }

  @Override
  public Duration timeout() {
    return provider.timeout();
  }

  @Override
  public Optional<Outcome.Rejected> check(Target target, Message message) {
    return provider.check(target, message);
  }

  @Override
  public Optional<Outcome.InvalidTarget> check(Target target) {
    return provider.check(target);
  }

  @Override
  public void close() {
    provider.close();
  }

  @Override
  public String toString() {
    return provider.toString();
  }
}
