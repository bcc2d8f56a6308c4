package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.RateLimitStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.Runs;
import dev.notifykit.test.SettableClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The contract goes red on stores that break it. */
final class StoreContractFindsFaultsTest {
  private static Fault current = Fault.NONE;

  private enum Fault {
    NONE,
    LOSES_THE_FENCE,
    RECOVERS_NOTHING,
    CLAIMS_WITHOUT_PREFERENCES,
    FORGETS_EVENTS,
    OVERSPENDS
  }

  @ParameterizedTest
  @CsvSource({
    "LOSES_THE_FENCE, workerWhoLostItsClaimCannotSettle",
    "RECOVERS_NOTHING, lapsedClaimBecomesReadyAgain",
    "CLAIMS_WITHOUT_PREFERENCES, optOutBeforeTheClaimIsSeenInTheClaim",
    "FORGETS_EVENTS, twoHundredConcurrentSendsOfOneEventAreOneNotification",
    "OVERSPENDS, racingTakersNeverGetMoreThanThereIs"
  })
  void faultTurnsItsCaseRed(Fault fault, String method) {
    current = Fault.NONE;
    assertThat(Runs.of(Faulty.class, method)).containsExactly(Status.SUCCESSFUL);
    current = fault;
    assertThat(Runs.of(Faulty.class, method)).containsExactly(Status.FAILED);
  }

  /** Run by the launcher above only: nested classes are no test classes to the build. */
  static final class Faulty extends StoreContract {
    private final SettableClock clock = new SettableClock();
    private final Map<String, NotificationStore> stores = new HashMap<>();

    @Override
    protected NotificationStore open(String dataName) {
      return stores.computeIfAbsent(
          dataName, name -> faulty(InMemoryStore.builder().clock(clock).build()));
    }

    @Override
    protected void advance(Duration by) {
      clock.advance(by);
    }

    @Override
    protected Set<StoreCapability> capabilities() {
      return EnumSet.of(StoreCapability.SHARED);
    }
  }

  private static NotificationStore faulty(NotificationStore store) {
    DeliveryQueue queue =
        proxy(
            DeliveryQueue.class,
            (p, method, args) -> answer(method, call(store.queue(), method, asked(method, args))));
    RateLimitStore limits =
        proxy(
            RateLimitStore.class,
            (p, method, args) ->
                current == Fault.OVERSPENDS && method.getName().equals("take")
                    ? new RateLimitStore.Grant((int) args[1], Duration.ZERO)
                    : call(store.rateLimits(), method, args));
    Map<String, Object> parts = Map.of("queue", queue, "rateLimits", limits);
    return proxy(
        NotificationStore.class,
        (p, method, args) -> {
          Object part = parts.get(method.getName());
          return part != null ? part : call(store, method, args);
        });
  }

  private static Object[] asked(Method method, Object[] args) {
    if (current == Fault.FORGETS_EVENTS && method.getName().equals("append")) {
      Object[] forgetful = args.clone();
      forgetful[0] =
          ((List<?>) args[0])
              .stream()
                  .map(NewNotification.class::cast)
                  .map(n -> new NewNotification(n.notification(), null, n.deliveries()))
                  .toList();
      return forgetful;
    }
    return args;
  }

  private static Object answer(Method method, Object right) {
    return switch (current) {
      case LOSES_THE_FENCE -> method.getName().equals("settle") ? List.of() : right;
      case RECOVERS_NOTHING -> method.getName().equals("recover") ? List.of() : right;
      case CLAIMS_WITHOUT_PREFERENCES -> right instanceof ClaimBatch b ? blind(b) : right;
      default -> right;
    };
  }

  private static ClaimBatch blind(ClaimBatch batch) {
    return new ClaimBatch(
        batch.claimed().stream()
            .map(
                c ->
                    new ClaimedDelivery(
                        c.delivery(), c.token(), c.attempt(), PreferenceSet.NONE, false))
            .toList(),
        batch.quarantined());
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            StoreContractFindsFaultsTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
