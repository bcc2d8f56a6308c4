package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ClientClosedException;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

@Timeout(60)
class LifecycleTest {
  private final RecordingProvider email = RecordingProvider.of(Channel.EMAIL);

  private ApplicationContextRunner runner() {
    return Boot.runner().withBean(RecordingProvider.class, () -> email);
  }

  private static NotificationClient client(ConfigurableApplicationContext context) {
    return context.getBean(NotificationClient.class);
  }

  /** Sends while beans are still being made, and looks a while later, when they still are. */
  static final class Early implements SmartInitializingSingleton {
    private final NotificationClient client;
    private final RecordingProvider email;
    private int sentBeforeStart = -1;

    Early(NotificationClient client, RecordingProvider email) {
      this.client = client;
      this.email = email;
    }

    @Override
    public void afterSingletonsInstantiated() {
      TransactionCases.send(client, "A-1");
      Await.until("nothing is at work", client::isIdle);
      sentBeforeStart = email.sent().size();
    }
  }

  @Test
  void nothingIsSentBeforeTheContextIsUp() {
    runner()
        .withBean(Early.class)
        .run(
            context -> {
              assertThat(context.getBean(Early.class).sentBeforeStart).isZero();
              assertThat(email.await(1)).hasSize(1);
            });
  }

  @Test
  void whatIsSentWhileTheContextIsStoppedGoesOutWhenItStartsAgain() {
    runner()
        .run(
            context -> {
              NotificationClient client = client(context);
              context.stop();
              Receipt receipt = TransactionCases.send(client, "A-1");
              assertThat(client.stats().route(Route.EMAIL).paused()).isTrue();
              assertThat(client.stats().route(Route.EMAIL).ready()).isOne();
              Await.until("nothing is at work", client::isIdle);
              assertThat(email.sent()).isEmpty();
              context.start();
              receipt.completion().toCompletableFuture().join();
              assertThat(email.sent()).hasSize(1);
            });
  }

  @Test
  void stopWaitsForWhatIsInFlight() {
    runner()
        .run(
            context -> {
              NotificationClient client = client(context);
              email.thenHang();
              Receipt receipt = TransactionCases.send(client, "A-1");
              Await.until("it is in flight", () -> email.inFlight() == 1);
              CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
              Await.until("nothing more is taken", () -> isPaused(client));
              assertThat(stopped).isNotDone();
              email.release(new Outcome.Accepted("m-1"));
              stopped.join();
              assertThat(client.deliveries(receipt.notificationId()))
                  .extracting(d -> d.state())
                  .containsExactly(DeliveryState.ACCEPTED);
            });
  }

  private static boolean isPaused(NotificationClient client) {
    return client.stats().route(Route.EMAIL).paused();
  }

  @Test
  void drainThatTakesTooLongIsGivenUpOnce() {
    runner()
        .withPropertyValues("notify.drain-timeout=200ms")
        .run(
            context -> {
              email.thenHang();
              TransactionCases.send(client(context), "A-1");
              Await.until("it is in flight", () -> email.inFlight() == 1);
              context.close();
              assertThat(email.isClosed()).isTrue();
            });
  }

  @Test
  void routeThatAnOperatorPausedStaysPausedOverARestart() {
    runner()
        .run(
            context -> {
              NotificationClient client = client(context);
              context.getBean(RoutePauses.class).pause(Route.EMAIL);
              context.stop();
              context.start();
              assertThat(isPaused(client)).isTrue();
              assertThat(client.stats().route(Route.SMS).paused()).isFalse();
              context.getBean(RoutePauses.class).resume(Route.EMAIL);
              assertThat(isPaused(client)).isFalse();
            });
  }

  @Test
  void processThatDoesNotDeliverStillStores() {
    runner()
        .withPropertyValues("notify.auto-startup=false")
        .run(
            context -> {
              TransactionCases.send(client(context), "A-1");
              assertThat(client(context).stats().route(Route.EMAIL).ready()).isOne();
              assertThat(email.sent()).isEmpty();
            });
  }

  @Test
  void closingTheContextClosesTheClient() {
    NotificationClient[] client = new NotificationClient[1];
    runner().run(context -> client[0] = client(context));
    assertThatThrownBy(() -> client[0].stats()).isInstanceOf(ClientClosedException.class);
  }

  /** Sends a last word, as the context lets every bean do that another depends on. */
  static final class Late implements DisposableBean {
    private final NotificationClient client;
    private final RecordingProvider email;

    Late(NotificationClient client, RecordingProvider email) {
      this.client = client;
      this.email = email;
    }

    @Override
    public void destroy() {
      assertThat(email.isClosed()).isFalse();
      LAST.add(TransactionCases.send(client, "A-1"));
    }
  }

  private static final List<Receipt> LAST = new ArrayList<>();

  @Test
  void beanThatIsDestroyedCanStillSend() {
    LAST.clear();
    runner().withBean(Late.class).run(context -> assertThat(context).hasNotFailed());
    assertThat(LAST).hasSize(1);
  }

  @Test
  void parentsClientMayBeOneThatTheStarterDoesNotRun() {
    new ApplicationContextRunner()
        .withBean(
            NotificationClient.class, () -> NotificationClient.builder().provider(email).build())
        .run(
            parent -> {
              Boot.runner()
                  .withParent(parent)
                  .withPropertyValues("management.endpoints.web.exposure.include=notify")
                  .run(
                      child -> {
                        assertThat(child).hasNotFailed().doesNotHaveBean(NotifyEndpoint.class);
                        assertThat(client(child)).isSameAs(client(parent));
                      });
              assertThat(isPaused(client(parent))).isFalse();
            });
  }

  @Test
  void contextThatUsesItsParentsClientLeavesItRunningAndOpen() {
    runner()
        .run(
            parent -> {
              runner()
                  .withParent(parent)
                  .run(child -> assertThat(client(child)).isSameAs(client(parent)));
              assertThat(isPaused(client(parent))).isFalse();
              TransactionCases.send(client(parent), "A-1")
                  .completion()
                  .toCompletableFuture()
                  .join();
            });
  }

  @Test
  void stopsAfterWebServersAndListeners() {
    assertThat(ClientLifecycle.PHASE).isLessThan(SmartLifecycle.DEFAULT_PHASE - 2048);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreadsDoTheWorkWhereTheyAreAskedFor() {
    CompletableFuture<String> thread = new CompletableFuture<>();
    runner()
        .withPropertyValues("spring.threads.virtual.enabled=true")
        .run(
            context -> {
              email
                  .when(
                      request -> {
                        thread.complete(Thread.currentThread().toString());
                        return true;
                      })
                  .answer(new Outcome.Accepted("m-1"));
              TransactionCases.send(client(context), "A-1");
              assertThat(thread.join()).startsWith("VirtualThread");
            });
  }
}
