package dev.notifykit.store;

import dev.notifykit.store.PreferenceStore.Restrictions;
import java.util.Collection;

/**
 * Appends that look up what may restrict a send in the same atomic step, so that nothing needs to
 * be read before. Thread-safe.
 */
@FunctionalInterface
public interface UnrestrictedAppend {
  /**
   * Appends as {@link DeliveryQueue#append} does, provided that nothing restricts the notification:
   * none of its recipients has preferences, none of the addresses is suppressed, none of its
   * devices is disabled. Looking that up and storing are one atomic step, so whatever was written
   * before it is seen, also by those who get what is handed off. If something is found, nothing is
   * done: nothing is stored or handed off, no event id is remembered, no token is taken.
   *
   * <p>A notification that is stored already, by its id, is not refused: a call that is repeated
   * after its reply was lost is told what the first one was to be.
   *
   * <p>Fails as {@link DeliveryQueue#append} does.
   *
   * @param notification one that was planned as though nothing restricted it
   * @param targetKeys every key by which an address it may use may be suppressed
   * @param handoff room at the caller's dispatcher
   */
  Result append(NewNotification notification, Collection<String> targetKeys, Handoff handoff);

  /** What became of it. */
  sealed interface Result {}

  /**
   * Nothing restricts the notification.
   *
   * @param result what became of the append
   */
  record Stored(AppendResult result) implements Result {}

  /**
   * Nothing was done. What was found may be empty: a disabled device is met at dispatch.
   *
   * @param found what restricts the recipients and addresses
   */
  record Refused(Restrictions found) implements Result {}
}
