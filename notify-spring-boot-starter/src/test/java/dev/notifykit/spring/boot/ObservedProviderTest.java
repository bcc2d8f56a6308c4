package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a provider says of itself is not lost when its sends are observed. */
class ObservedProviderTest {
  private static final Target ANN = Target.phone("+14155550100");
  private static final Message HELLO = SmsMessage.of("Hello");
  private static final SendRequest REQUEST =
      new SendRequest(
          UUID.randomUUID(), 1, "", "ann", null, ANN, HELLO, "default", Priority.NORMAL, null);

  /** What a provider is asked with, by type. */
  private static final Map<Class<?>, Object> ARGUMENTS =
      Map.of(
          Target.class, ANN,
          Message.class, HELLO,
          SendRequest.class, REQUEST,
          List.class, List.of(REQUEST));

  private record Call(Method method, List<Object> arguments) {}

  static Stream<Method> methodsOfAProvider() {
    return Arrays.stream(Provider.class.getDeclaredMethods()).filter(m -> !m.isSynthetic());
  }

  @ParameterizedTest
  @MethodSource("methodsOfAProvider")
  void everyQuestionIsAnsweredByTheProviderItself(Method method) throws Exception {
    List<Call> calls = new ArrayList<>();
    Provider own =
        (Provider)
            Proxy.newProxyInstance(
                Provider.class.getClassLoader(),
                new Class<?>[] {Provider.class},
                (proxy, called, arguments) -> {
                  calls.add(new Call(called, arguments == null ? List.of() : List.of(arguments)));
                  return answer(called);
                });
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(ARGUMENTS::get).toArray(Object[]::new);

    Object said = method.invoke(new ObservedProvider(own, ObservationRegistry.NOOP), arguments);
    assertThat(calls).contains(new Call(method, List.of(arguments)));
    assertThat(outcomes(said)).isEqualTo(outcomes(answer(method)));
  }

  @Test
  void anAnswerThatIsForgottenCostsItsNeighboursNothing() {
    AtomicInteger open = new AtomicInteger();
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<>() {
              @Override
              public void onStart(Observation.Context context) {
                open.incrementAndGet();
              }

              @Override
              public void onStop(Observation.Context context) {
                open.decrementAndGet();
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }
            });
    List<CompletionStage<Outcome>> answers =
        Arrays.asList(null, CompletableFuture.completedFuture(null), accepted());
    Provider own =
        (Provider)
            Proxy.newProxyInstance(
                Provider.class.getClassLoader(),
                new Class<?>[] {Provider.class},
                (proxy, called, arguments) ->
                    called.getName().equals("sendAll") ? answers : answer(called));

    List<CompletionStage<Outcome>> stages =
        new ObservedProvider(own, registry).sendAll(List.of(REQUEST, REQUEST, REQUEST));
    assertThat(stages.stream().map(stage -> stage.toCompletableFuture().join()))
        .containsExactly(null, null, new Outcome.Accepted("own"));
    assertThat(open).hasValue(0);
  }

  /** What no default says. */
  private static Object answer(Method method) {
    return switch (method.getName()) {
      case "name" -> "own";
      case "channel" -> Channel.SMS;
      case "routes" -> Set.of(Route.INBOX);
      case "serves" -> false;
      case "maxInFlight" -> 7;
      case "timeout" -> Duration.ofSeconds(7);
      case "check" ->
          method.getParameterCount() == 1
              ? Optional.of(new Outcome.InvalidTarget("own"))
              : Optional.of(new Outcome.Rejected("own"));
      case "send" -> accepted();
      case "sendAll" -> List.of(accepted());
      case "close" -> null;
      default -> throw new AssertionError("a new method: say what a provider may answer");
    };
  }

  private static CompletionStage<Outcome> accepted() {
    return CompletableFuture.completedStage(new Outcome.Accepted("own"));
  }

  /** Stages are compared by what they complete with. */
  private static Object outcomes(Object answer) {
    if (answer instanceof CompletionStage<?> stage) {
      return stage.toCompletableFuture().join();
    }
    return answer instanceof List<?> stages
        ? stages.stream().map(ObservedProviderTest::outcomes).toList()
        : answer;
  }
}
