package dev.notifykit.store.redis;

import dev.notifykit.StoreException;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.Subscription;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The inboxes, each with its latest entries: their order, their texts and when they were read. */
final class RedisInbox implements InboxStore {
  private static final int LONGEST_PAGE = 1_000;

  private final Redis redis;
  private final Keys keys;
  private final Messages messages;
  private final int size;

  RedisInbox(Redis redis, Keys keys, Messages messages, int size) {
    this.redis = redis;
    this.keys = keys;
    this.messages = messages;
    this.size = size;
  }

  @Override
  public boolean add(String tenant, String recipientId, InboxEntry e) {
    byte[] entry =
        new Packer(128)
            .text(e.category())
            .i64(Micros.of(e.createdAt()))
            .longText(e.title())
            .longText(e.body())
            .longText(e.link())
            .longText(StoreCodec.line(e.data()))
            .toBytes();
    Instant readAt = e.readAt();
    byte[] read = readAt == null ? new byte[0] : Packer.utf8(Micros.of(readAt));
    byte[] feed = keys.inboxFeed(tenant, recipientId);
    return run(tenant, recipientId, "add", Packer.id(e.id()), entry, read, Packer.utf8(size), feed)
        == 1;
  }

  /** Tells of what any node adds. */
  @Override
  public Subscription subscribe(String tenant, String recipientId, Consumer<InboxEntry> listener) {
    return messages.subscribe(
        keys.inboxFeed(tenant, recipientId), message -> listener.accept(published(message)));
  }

  private static InboxEntry published(byte[] message) {
    int read = 18 + new Unpacker(Arrays.copyOfRange(message, 16, 18)).u16();
    return read(
        Packer.id(message, 0),
        Arrays.copyOfRange(message, read, message.length),
        Arrays.copyOfRange(message, 18, read));
  }

  private long run(String tenant, String recipientId, String what, byte[]... with) {
    byte[][] args = new byte[with.length + 1][];
    args[0] = Packer.utf8(what);
    System.arraycopy(with, 0, args, 1, with.length);
    return redis.send(Script.INBOX, keys.inbox(tenant, recipientId), args).number();
  }

  @Override
  public List<InboxEntry> list(
      String tenant, String recipientId, @Nullable UUID before, int limit) {
    List<Object> reply =
        redis
            .send(
                Script.ENTRIES,
                keys.inbox(tenant, recipientId),
                before == null ? new byte[0] : Packer.id(before),
                Packer.utf8(Math.min(limit, LONGEST_PAGE)))
            .list();
    List<InboxEntry> entries = new ArrayList<>();
    for (int i = 0; i < reply.size(); i += 3) {
      UUID id = Packer.id((byte[]) reply.get(i), 0);
      entries.add(read(id, (byte[]) reply.get(i + 1), (byte[]) reply.get(i + 2)));
    }
    return entries;
  }

  private static InboxEntry read(UUID id, byte[] entry, byte[] readAt) {
    try {
      Instant read =
          readAt.length == 0 ? null : Micros.instant(Long.parseLong(Packer.text(readAt)));
      return Unpacker.read(entry, in -> read(id, in, read));
    } catch (UnreadableException e) {
      throw new StoreException("an inbox entry is unreadable", e);
    }
  }

  private static InboxEntry read(UUID id, Unpacker in, @Nullable Instant readAt)
      throws UnreadableException {
    String category = in.text();
    long createdAt = in.i64();
    String title = in.longText();
    @Nullable String body = in.longTextOrNull();
    @Nullable String link = in.longTextOrNull();
    Map<String, String> data = StoreCodec.strings(in.longText());
    return new InboxEntry(id, title, body, link, data, category, Micros.instant(createdAt), readAt);
  }

  @Override
  public long unread(String tenant, String recipientId) {
    return run(tenant, recipientId, "unread");
  }

  @Override
  public boolean markRead(String tenant, String recipientId, UUID id) {
    return run(tenant, recipientId, "read", Packer.id(id)) == 1;
  }

  @Override
  public boolean remove(String tenant, String recipientId, UUID id) {
    return run(tenant, recipientId, "remove", Packer.id(id)) == 1;
  }

  void erase(String tenant, String recipientId) {
    byte[][] all = keys.inbox(tenant, recipientId);
    redis.await(() -> redis.commands().unlink(all));
  }
}
