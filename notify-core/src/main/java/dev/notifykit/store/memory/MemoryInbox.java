package dev.notifykit.store.memory;

import dev.notifykit.internal.Listeners;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.Subscription;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The inboxes, each with its latest entries. */
final class MemoryInbox implements InboxStore {
  private final StoreTime time;
  private final int size;
  private final ByTenant<Box> boxes = new ByTenant<>();

  /** By tenant and recipient. */
  private final Listeners<List<String>, InboxEntry> listeners = new Listeners<>();

  MemoryInbox(StoreTime time, int size) {
    this.time = time;
    this.size = size;
  }

  @Override
  public boolean add(String tenant, String recipientId, InboxEntry entry) {
    boolean added = boxes.of(tenant).computeIfAbsent(recipientId, id -> new Box()).add(entry, size);
    if (added) {
      listeners.tell(List.of(tenant, recipientId), entry);
    }
    return added;
  }

  @Override
  public Subscription subscribe(String tenant, String recipientId, Consumer<InboxEntry> listener) {
    return listeners.add(List.of(tenant, recipientId), listener)::run;
  }

  @Override
  public List<InboxEntry> list(
      String tenant, String recipientId, @Nullable UUID before, int limit) {
    Box box = boxes.get(tenant, recipientId);
    return box == null ? List.of() : box.list(before, limit);
  }

  @Override
  public long unread(String tenant, String recipientId) {
    Box box = boxes.get(tenant, recipientId);
    return box == null ? 0 : box.unread();
  }

  @Override
  public boolean markRead(String tenant, String recipientId, UUID id) {
    Box box = boxes.get(tenant, recipientId);
    return box != null && box.markRead(id, time);
  }

  @Override
  public boolean remove(String tenant, String recipientId, UUID id) {
    Box box = boxes.get(tenant, recipientId);
    return box != null && box.remove(id);
  }

  void erase(String tenant, String recipientId) {
    boxes.of(tenant).remove(recipientId);
  }

  /**
   * One inbox. An entry that was removed stays as a bare id until it is the oldest, so that a
   * repeated delivery does not bring it back.
   */
  private static final class Box {
    private final TreeMap<UUID, @Nullable InboxEntry> entries = new TreeMap<>(Ids::compare);

    synchronized boolean add(InboxEntry entry, int size) {
      if (entries.containsKey(entry.id())) {
        return false;
      }
      entries.put(entry.id(), entry);
      if (entries.size() > size) {
        entries.pollFirstEntry();
      }
      return true;
    }

    synchronized List<InboxEntry> list(@Nullable UUID before, int limit) {
      var older = before == null ? entries : entries.headMap(before, /* inclusive= */ false);
      return older.descendingMap().values().stream()
          .filter(Objects::nonNull)
          .map(Objects::requireNonNull)
          .limit(limit)
          .toList();
    }

    synchronized long unread() {
      return entries.values().stream().filter(e -> e != null && e.readAt() == null).count();
    }

    synchronized boolean markRead(UUID id, StoreTime time) {
      InboxEntry e = entries.get(id);
      if (e == null || e.readAt() != null) {
        return false;
      }
      entries.put(
          id,
          new InboxEntry(
              id,
              e.title(),
              e.body(),
              e.link(),
              e.data(),
              e.category(),
              e.createdAt(),
              time.clock().instant()));
      return true;
    }

    synchronized boolean remove(UUID id) {
      return entries.get(id) != null && entries.put(id, null) != null;
    }
  }
}
