package dev.notifykit.dispatch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class MinimalStageTest {
  @Test
  void aStageThatCannotBeAskedIsAwaited() throws Exception {
    try (NotificationClient client =
        NotificationClient.builder().provider(new CompletedStages()).build()) {
      Receipt receipt =
          client
              .notification()
              .to(Recipient.builder("ann").email("ann@example.com").build())
              .content(EmailMessage.builder().subject("s").text("t").build())
              .send();
      List<Delivery> ended = receipt.completion().toCompletableFuture().get(10, SECONDS);
      assertThat(ended).extracting(Delivery::state).containsExactly(DeliveryState.ACCEPTED);
    }
  }

  private static final class CompletedStages implements Provider {
    @Override
    public String name() {
      return "completed-stages";
    }

    @Override
    public Channel channel() {
      return Channel.EMAIL;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      return CompletableFuture.completedStage(new Outcome.Accepted(null));
    }

    @Override
    public void close() {}
  }
}
