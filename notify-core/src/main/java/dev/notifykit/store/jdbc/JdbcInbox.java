package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import dev.notifykit.internal.Listeners;
import dev.notifykit.internal.Teller;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.Subscription;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import dev.notifykit.store.jdbc.NodeSignals.EntryKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inboxes; the key makes a repeated delivery show once. Of an entry that was removed the key
 * stays, under no category, until the purge: a repeat must not bring it back.
 */
final class JdbcInbox implements InboxStore {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcInbox.class);
  private static final List<String> COLUMNS =
      List.of(
          "tenant",
          "recipient_id",
          "id",
          "title",
          "body",
          "link",
          "data",
          "category",
          "created_at",
          "read_at");
  private static final String SELECT =
      "SELECT id, title, body, link, data, category, created_at, read_at FROM {inbox}";
  private static final String ENTRY = " WHERE tenant = ? AND recipient_id = ? AND id = ?";

  private final Database db;

  /** By tenant and recipient. */
  private final Listeners<List<String>, InboxEntry> listeners = new Listeners<>();

  private final Teller teller = new Teller("notifykit-inbox");
  private volatile NodeSignals signals = NodeSignals.NONE;

  JdbcInbox(Database db) {
    this.db = db;
  }

  @Override
  public boolean add(String tenant, String recipientId, InboxEntry e) {
    boolean added = insert(tenant, recipientId, e);
    if (added) {
      listeners.tell(List.of(tenant, recipientId), e);
      signals.tell(new EntryKey(tenant, recipientId, e.id()));
    }
    return added;
  }

  /** Tells other nodes too from now on, and listens to them once there is a listener. */
  void signals(NodeSignals opened) {
    signals = opened;
  }

  /** Tells of what this process adds, and of what others add whose signals are heard. */
  @Override
  public Subscription subscribe(String tenant, String recipientId, Consumer<InboxEntry> listener) {
    signals.listen();
    return listeners.add(List.of(tenant, recipientId), listener)::run;
  }

  /** Looks for an entry that another node added, if anybody here wants to know. */
  void heard(EntryKey key) {
    if (listeners.has(List.of(key.tenant(), key.recipientId()))) {
      teller.tell(() -> tell(key));
    }
  }

  private void tell(EntryKey key) {
    String sql = SELECT + ENTRY + " AND category <> ''";
    try {
      db.read(
              tx ->
                  tx.query(
                      sql, r -> read(tx.dialect, r), key.tenant(), key.recipientId(), key.id()))
          .forEach(entry -> listeners.tell(List.of(key.tenant(), key.recipientId()), entry));
    } catch (StoreException e) {
      LOG.warn("An inbox entry of another node was not told of: {}", e.getMessage());
    }
  }

  void close() {
    teller.close();
  }

  private boolean insert(String tenant, String recipientId, InboxEntry e) {
    String data = StoreCodec.line(e.data());
    return db.write(
        tx ->
            tx.dialect.insertIfAbsent(
                tx,
                "inbox",
                3,
                COLUMNS,
                tenant,
                recipientId,
                e.id(),
                Words.of(e.title()),
                Words.of(e.body()),
                Words.of(e.link()),
                data,
                e.category(),
                e.createdAt(),
                e.readAt()));
  }

  @Override
  public List<InboxEntry> list(
      String tenant, String recipientId, @Nullable UUID before, int limit) {
    String sql =
        SELECT
            + " WHERE tenant = ? AND recipient_id = ? AND category <> ''"
            + (before == null ? "" : " AND id < ?")
            + " ORDER BY id DESC LIMIT ?";
    List<Object> arguments = new ArrayList<>(List.of(tenant, recipientId));
    if (before != null) {
      arguments.add(before);
    }
    arguments.add(limit);
    return db.read(tx -> tx.query(sql, r -> read(tx.dialect, r), arguments));
  }

  private static InboxEntry read(Dialect dialect, ResultSet r) throws SQLException {
    return new InboxEntry(
        dialect.uuid(r, "id"),
        r.getString("title"),
        r.getString("body"),
        r.getString("link"),
        data(r.getString("data")),
        r.getString("category"),
        Micros.instant(r.getLong("created_at")),
        Micros.instantOrNull(Tx.longOrNull(r, "read_at")));
  }

  private static Map<String, String> data(String text) throws SQLException {
    try {
      return StoreCodec.strings(text);
    } catch (UnreadableException e) {
      throw new SQLException("an inbox entry's data is unreadable", e);
    }
  }

  @Override
  public long unread(String tenant, String recipientId) {
    return db.read(
        tx ->
            tx.query(
                    "SELECT COUNT(*) FROM {inbox} WHERE tenant = ? AND recipient_id = ?"
                        + " AND read_at IS NULL",
                    r -> r.getLong(1),
                    tenant,
                    recipientId)
                .get(0));
  }

  @Override
  public boolean markRead(String tenant, String recipientId, UUID id) {
    return db.write(
        tx ->
            tx.update(
                    "UPDATE {inbox} SET read_at = ?" + ENTRY + " AND read_at IS NULL",
                    tx.now(),
                    tenant,
                    recipientId,
                    id)
                > 0);
  }

  private record Removed(String tenant, String recipientId, UUID id) {}

  /**
   * Forgets some of what was removed so long ago that nothing of it comes again. It is looked for
   * in the whole table, which purges are rare enough for.
   *
   * @return how many; fewer than {@code limit} means that is all
   */
  static int purge(Tx tx, long before, int limit) throws SQLException {
    List<Removed> removed =
        tx.query(
            "SELECT tenant, recipient_id, id FROM {inbox} WHERE category = '' AND read_at <= ?"
                + " LIMIT ?"
                + tx.dialect.skipLocked(),
            r ->
                new Removed(
                    r.getString("tenant"), r.getString("recipient_id"), tx.dialect.uuid(r, "id")),
            before,
            limit);
    for (Removed entry : removed) {
      tx.update("DELETE FROM {inbox}" + ENTRY, entry.tenant, entry.recipientId, entry.id);
    }
    return removed.size();
  }

  @Override
  public boolean remove(String tenant, String recipientId, UUID id) {
    return db.write(
        tx ->
            tx.update(
                    "UPDATE {inbox} SET category = '', title = '', body = NULL, link = NULL,"
                        + " data = '', read_at = ?"
                        + ENTRY
                        + " AND category <> ''",
                    tx.now(),
                    tenant,
                    recipientId,
                    id)
                > 0);
  }
}
