package dev.notifykit.test.store;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.junit.jupiter.api.Timeout;

/**
 * What every {@link dev.notifykit.store.NotificationStore} does: the Javadoc of its parts as test
 * cases, each named for the behaviour. A subclass says how to open the store and how time passes:
 *
 * <pre>{@code
 * final class AcmeStoreTest extends StoreContract {
 *   private final SettableClock clock = new SettableClock();
 *   protected NotificationStore open(String dataName) { return AcmeStore.create(dataName, clock); }
 *   protected void advance(Duration by) { clock.advance(by); }
 *   protected Set<StoreCapability> capabilities() { return EnumSet.of(StoreCapability.DURABLE); }
 * }
 * }</pre>
 *
 * <p>A store with a clock of its own (a database's, {@code TIME} of Redis) overrides {@link #unit}
 * with some 200 ms and waits in {@link #advance}. What a store does not promise, or a subclass
 * cannot look at, shows as a skipped test with the reason.
 *
 * <p>Each test has data of its own and prints the seed of its random choices; {@code
 * -Dnotifykit.seed=...} repeats them.
 */
@Timeout(value = 120, unit = SECONDS)
public abstract class StoreContract extends OnceCases {
  /** For subclasses. */
  protected StoreContract() {}
}
