package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The trace of a send goes on where it is delivered, over the store and a restart. */
@Timeout(60)
class TracingTest {
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final RecordingProvider email = RecordingProvider.of(Channel.EMAIL);

  /** Does with the carrier what a tracer's handlers do. */
  private final class Propagation implements ObservationHandler<Observation.Context> {
    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onStart(Observation.Context context) {
      if (context instanceof SenderContext<?> sender) {
        SenderContext<Object> typed = (SenderContext<Object>) sender;
        typed.getSetter().set(typed.getCarrier(), "traceparent", "00-trace-42");
      } else if (context instanceof ReceiverContext<?> receiver) {
        ReceiverContext<Object> typed = (ReceiverContext<Object>) receiver;
        received.add(String.valueOf(typed.getGetter().get(typed.getCarrier(), "traceparent")));
      }
    }

    @Override
    public void onStop(Observation.Context context) {
      if (context instanceof ReceiverContext<?>) {
        outcomes.add(
            context.getLowCardinalityKeyValue("provider").getValue()
                + " "
                + context.getLowCardinalityKeyValue("outcome").getValue());
      }
    }
  }

  private ObservationRegistry registry() {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(new Propagation());
    return registry;
  }

  @Test
  void traceOfTheSendGoesOnAtTheProviderInALaterProcess() {
    ObservationRegistry registry = registry();
    var runner = Boot.withDatabase("tracing").withBean(ObservationRegistry.class, () -> registry);
    runner
        .withPropertyValues("notify.auto-startup=false")
        .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .run(
            context ->
                Observation.createNotStarted("request", registry)
                    .observe(
                        () ->
                            TransactionCases.send(
                                context.getBean(NotificationClient.class), "A-1")));
    assertThat(received).isEmpty();
    runner
        .withBean(RecordingProvider.class, () -> email)
        .run(
            context -> {
              assertThat(email.await(1).get(0).context())
                  .containsEntry("traceparent", "00-trace-42");
              Await.until("it is observed", () -> !outcomes.isEmpty());
            });
    assertThat(received).containsExactly("00-trace-42");
    assertThat(outcomes).containsExactly("recording-email Accepted");
  }

  @Test
  void sendOutsideOfAnyObservationKeepsNothing() {
    ObservationRegistry registry = registry();
    Boot.runner()
        .withBean(ObservationRegistry.class, () -> registry)
        .withBean(RecordingProvider.class, () -> email)
        .run(
            context -> {
              TransactionCases.send(context.getBean(NotificationClient.class), "A-1");
              assertThat(email.await(1).get(0).context()).isEmpty();
            });
  }
}
