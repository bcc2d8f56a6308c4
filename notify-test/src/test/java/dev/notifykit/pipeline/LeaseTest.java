package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A claim that reaches its worker late, as after a pause of the whole process. */
@Timeout(120)
class LeaseTest {
  /** More than half of the shortest lease, which is 7 seconds. */
  private static final Duration LATE = Duration.ofMillis(3_700);

  /** A store one of whose claims takes long to come back. */
  private static final class LateStore {
    final NotificationStore memory = InMemoryStore.create();
    final AtomicBoolean late = new AtomicBoolean();
    final AtomicInteger claims = new AtomicInteger();

    NotificationStore store() {
      DeliveryQueue queue =
          proxy(
              DeliveryQueue.class,
              (m, args) -> {
                Object result = invoke(memory.queue(), m, args);
                if (isClaim(result) && late.compareAndSet(false, true)) {
                  pass(LATE);
                }
                return result;
              });
      return proxy(
          NotificationStore.class,
          (m, args) -> m.getName().equals("queue") ? queue : invoke(memory, m, args));
    }

    private boolean isClaim(Object result) {
      boolean claim =
          (result instanceof ClaimBatch batch && !batch.claimed().isEmpty())
              || (result instanceof AppendResult appended && !appended.handedOff().isEmpty());
      claims.addAndGet(claim ? 1 : 0);
      return claim;
    }

    private static void pass(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    private interface Handler {
      Object handle(Method method, Object[] args) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> handler.handle(m, a)));
    }

    private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
      try {
        return method.invoke(target, args);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  private static void sendsOnlyFromTheSecondClaim(Duration delay) {
    LateStore late = new LateStore();
    RecordingProvider sms =
        RecordingProvider.builder(Channel.SMS).timeout(Duration.ofSeconds(1)).build();
    try (NotificationClient client =
        NotificationClient.builder()
            .store(late.store())
            .provider(sms)
            .templates(TemplateSource.of(Rig.TEMPLATES))
            .build()) {
      // The first claim after start finds nothing, so that what is sent now can be handed off.
      Await.until("the client is idle", client::isIdle);
      NotificationClient.Draft draft =
          client
              .notification("hello")
              .to(Recipient.builder("ann").phone("+14155550100").build())
              .via(Channel.SMS)
              .with("name", "Ann");
      Receipt receipt =
          delay.isZero() ? draft.send() : draft.sendAt(Instant.now().plus(delay)).send();
      receipt.completion().toCompletableFuture().join();

      assertThat(late.claims).hasValue(2);
      assertThat(sms.sent()).hasSize(1);
      assertThat(sms.sent().get(0).attempt()).isEqualTo(1);
      assertThat(client.deliveries(receipt.notificationId()))
          .singleElement()
          .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.ACCEPTED));
    }
  }

  @Test
  void lateHandOffIsHandedBackUnsent() {
    sendsOnlyFromTheSecondClaim(Duration.ZERO);
  }

  @Test
  void lateClaimIsHandedBackUnsent() {
    sendsOnlyFromTheSecondClaim(Duration.ofMillis(50));
  }
}
