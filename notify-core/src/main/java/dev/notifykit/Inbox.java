package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.Subscription;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One recipient's in-app inbox. Thread-safe.
 *
 * <p>Its order is that in which the notifications were sent: one that was scheduled, or held back
 * over quiet hours, arrives below those that were sent after it.
 */
public final class Inbox {
  private static final int MAX_PAGE = 1_000;

  private final InboxStore store;
  private final String tenant;
  private final String recipientId;

  Inbox(InboxStore store, String tenant, String recipientId) {
    this.store = store;
    this.tenant = tenant;
    this.recipientId = recipientId;
  }

  /** Returns the latest entries, newest first, at most 100. */
  public List<InboxEntry> list() {
    return list(null, 100);
  }

  /**
   * Returns a page of entries, newest first.
   *
   * @param before the last id of the page before, or null to start
   * @param limit 1 to 1,000
   */
  public List<InboxEntry> list(@Nullable UUID before, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidNotificationException(
          "limit", "is " + limit + "; it must be 1 to " + MAX_PAGE);
    }
    return store.list(tenant, recipientId, before, limit);
  }

  /** Returns how many entries are unread. */
  public long unread() {
    return store.unread(tenant, recipientId);
  }

  /**
   * Marks an entry as read.
   *
   * @return whether it was unread
   */
  public boolean markRead(UUID id) {
    return store.markRead(tenant, recipientId, Checks.notNull("id", id));
  }

  /**
   * Tells a listener of the entries that arrive from now on, such as for a page that shows them. An
   * entry may be missed while the store cannot be reached, and two may come in another order:
   * {@link #list()} has the truth. Every node that shares the store is told with {@code
   * RedisStore}, and with {@code JdbcStore} on PostgreSQL whose nodes were built with {@code
   * wakeNodes}; with the other stores only the process that delivers the entry.
   *
   * @param listener called on a thread of the library's; must return soon
   * @return close it to end the calls
   */
  public Subscription subscribe(Consumer<InboxEntry> listener) {
    return store.subscribe(tenant, recipientId, Checks.notNull("listener", listener));
  }

  /**
   * Removes an entry.
   *
   * @return whether it was there
   */
  public boolean remove(UUID id) {
    return store.remove(tenant, recipientId, Checks.notNull("id", id));
  }
}
