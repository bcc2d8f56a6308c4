package dev.notifykit.store;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The in-app inboxes. Thread-safe. */
public interface InboxStore {
  /**
   * Adds an entry; adding the same id again changes nothing, so that a repeated delivery shows
   * once.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param entry the entry
   * @return whether it was added
   */
  boolean add(String tenant, String recipientId, InboxEntry entry);

  /**
   * Returns entries, newest first.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param before only ids less than this, or null to start
   * @param limit at most so many
   */
  List<InboxEntry> list(String tenant, String recipientId, @Nullable UUID before, int limit);

  /**
   * Returns how many entries are unread.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   */
  long unread(String tenant, String recipientId);

  /**
   * Marks an entry as read, at the store's time; the first reading counts.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param id the entry
   * @return whether it was unread
   */
  boolean markRead(String tenant, String recipientId, UUID id);

  /**
   * Tells a listener of the entries that are added from now on, until the subscription is closed:
   * by this process, and by other nodes where the store can know; each store says so. It is a hint
   * for whoever has the inbox open, not a log: an entry may be missed while a connection is lost,
   * and entries may come in another order. An entry that was there already is not told of.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param listener called once an entry can be listed, on any thread, perhaps the one that adds;
   *     must return soon
   */
  Subscription subscribe(String tenant, String recipientId, Consumer<InboxEntry> listener);

  /**
   * Removes an entry.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param id the entry
   * @return whether it was there
   */
  boolean remove(String tenant, String recipientId, UUID id);
}
