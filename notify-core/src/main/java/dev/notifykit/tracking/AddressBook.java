package dev.notifykit.tracking;

import dev.notifykit.Target;
import java.util.Collection;

/**
 * Tells whose an address is, for answers that name nothing else: who texts STOP is known by the
 * number alone, and a store finds recipients by their id only. Thread-safe.
 */
@FunctionalInterface
public interface AddressBook {
  /**
   * Returns the ids of those who have this address; empty if nobody is known to. What it throws,
   * {@link dev.notifykit.NotificationClient#receive} throws; nothing of that answer is applied
   * then.
   *
   * @param tenant the tenant, empty for the default one
   * @param target the number or address
   */
  Collection<String> recipients(String tenant, Target target);
}
