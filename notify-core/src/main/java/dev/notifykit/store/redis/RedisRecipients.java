package dev.notifykit.store.redis;

import dev.notifykit.Device;
import dev.notifykit.Recipient;
import dev.notifykit.StoreException;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.RedisFuture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Profiles and devices. A profile lists the ids of its devices; a device names its owner, and that
 * is what counts: one that somebody else saved since is not shown. So every write is one script on
 * one person or one device, on one server and in a cluster alike, and a crash between two of them
 * leaves a device with its old owner or with its new one, never with two.
 */
final class RedisRecipients implements RecipientStore {
  private static final byte[] OWNER = Packer.utf8("o");

  private final Redis redis;
  private final Keys keys;
  private final RedisPreferences preferences;
  private final RedisInbox inbox;
  private final QueueErasure queues;

  RedisRecipients(
      Redis redis, Keys keys, RedisPreferences preferences, RedisInbox inbox, QueueErasure queues) {
    this.redis = redis;
    this.keys = keys;
    this.preferences = preferences;
    this.inbox = inbox;
    this.queues = queues;
  }

  @Override
  public void save(String tenant, Recipient recipient) {
    List<Redis.Call> devices = new ArrayList<>();
    List<byte[]> profile = new ArrayList<>();
    profile.add(Packer.utf8("save"));
    profile.add(RecipientBytes.profile(recipient));
    Set<String> mine = new HashSet<>();
    for (Device device : recipient.devices()) {
      devices.add(send(tenant, recipient.id(), device, KeepRegistration.WHILE_IT_WORKS));
      profile.add(Packer.utf8(device.id()));
      mine.add(device.id());
    }
    devices.forEach(Redis.Call::number);
    List<String> before = profile(tenant, recipient.id(), profile);
    before.removeAll(mine);
    removeDevices(tenant, recipient.id(), before);
    preferences.endErasure(tenant, recipient.id());
  }

  private List<String> profile(String tenant, String recipientId, List<byte[]> args) {
    List<String> devices = new ArrayList<>();
    byte[] key = keys.profile(tenant, recipientId);
    redis
        .list(Script.PROFILE, key, args.toArray(new byte[0][]))
        .forEach(id -> devices.add(Packer.text((byte[]) id)));
    return devices;
  }

  private void removeDevices(String tenant, String recipientId, Collection<String> deviceIds) {
    deviceIds.stream()
        .map(id -> redis.send(Script.UNDEVICE, device(tenant, id), Packer.utf8(recipientId)))
        .toList()
        .forEach(Redis.Call::number);
  }

  private byte[][] device(String tenant, String deviceId) {
    return new byte[][] {keys.device(tenant, deviceId), keys.disabled(tenant, deviceId)};
  }

  /** Whether a device that is saved again without a time of registration keeps the one it has. */
  private enum KeepRegistration {
    NO,
    WHILE_IT_WORKS
  }

  private Redis.Call send(String tenant, String owner, Device d, KeepRegistration keep) {
    return redis.send(
        Script.DEVICE,
        device(tenant, d.id()),
        Packer.utf8(owner),
        RecipientBytes.device(d),
        time(d.registeredAt()),
        time(d.lastSeenAt()),
        time(d.disabledAt()),
        Packer.utf8(keep == KeepRegistration.WHILE_IT_WORKS ? 1 : 0));
  }

  private static byte[] time(Optional<Instant> time) {
    return time.map(t -> Packer.utf8(Micros.of(t))).orElse(new byte[0]);
  }

  // ---- reading

  @Override
  public Optional<Recipient> find(String tenant, String recipientId) {
    return Optional.ofNullable(findAll(tenant, List.of(recipientId)).get(recipientId));
  }

  /** A question that was sent, and how to send it again. */
  private record Asked<T>(RedisFuture<T> sent, Supplier<RedisFuture<T>> again) {}

  private static <T> Asked<T> ask(Supplier<RedisFuture<T>> question) {
    return new Asked<>(question.get(), question);
  }

  private Asked<Map<byte[], byte[]>> askAll(byte[] key) {
    return ask(() -> redis.commands().hgetall(key));
  }

  private Map<String, byte[]> fields(Asked<Map<byte[], byte[]>> asked) {
    Map<String, byte[]> fields = new HashMap<>();
    redis
        .await(asked.sent, asked.again)
        .forEach((name, value) -> fields.put(Packer.text(name), value));
    return fields;
  }

  /** Two questions: all profiles, then all their devices. */
  @Override
  public Map<String, Recipient> findAll(String tenant, Collection<String> recipientIds) {
    Map<String, Asked<Map<byte[], byte[]>>> asked = new LinkedHashMap<>();
    for (String id : recipientIds) {
      asked.computeIfAbsent(id, i -> askAll(keys.profile(tenant, i)));
    }
    Map<String, Recipient.Builder> found = new LinkedHashMap<>();
    Map<String, Map<String, Asked<Map<byte[], byte[]>>>> devices = new HashMap<>();
    asked.forEach(
        (id, question) -> {
          Map<String, byte[]> fields = fields(question);
          byte[] profile = fields.get("p");
          if (profile != null) {
            found.put(id, readable(() -> RecipientBytes.profile(id, profile)));
            devices.put(id, askDevices(tenant, fields));
          }
        });
    Map<String, Recipient> all = new HashMap<>();
    found.forEach(
        (id, builder) -> {
          devices.getOrDefault(id, Map.of()).forEach((d, q) -> add(builder, id, fields(q)));
          all.put(id, builder.build());
        });
    return all;
  }

  private Map<String, Asked<Map<byte[], byte[]>>> askDevices(
      String tenant, Map<String, byte[]> profile) {
    Map<String, Asked<Map<byte[], byte[]>>> asked = new LinkedHashMap<>();
    profile.entrySet().stream()
        .filter(e -> e.getKey().startsWith("d"))
        .sorted(Comparator.comparingLong(e -> Long.parseLong(Packer.text(e.getValue()))))
        .map(e -> e.getKey().substring(1))
        .forEach(id -> asked.put(id, askAll(keys.device(tenant, id))));
    return asked;
  }

  private static void add(Recipient.Builder builder, String owner, Map<String, byte[]> fields) {
    byte[] theirs = fields.get("o");
    if (theirs != null && Packer.text(theirs).equals(owner)) {
      builder.device(readable(() -> RecipientBytes.device(fields)));
    }
  }

  /** Something that reads. */
  private interface Reading<T> {
    T read() throws UnreadableException;
  }

  private static <T> T readable(Reading<T> reading) {
    try {
      return reading.read();
    } catch (UnreadableException e) {
      throw new StoreException("a profile is unreadable", e);
    }
  }

  // ---- devices

  @Override
  public boolean saveDevice(String tenant, String recipientId, Device device) {
    byte[] profile = keys.profile(tenant, recipientId);
    byte[] id = Packer.utf8(device.id());
    if (redis.list(Script.PROFILE, profile, Packer.utf8("add"), id).isEmpty()) {
      return false;
    }
    Device revived = device.toBuilder().disabledAt(null).build();
    send(tenant, recipientId, revived, KeepRegistration.NO).number();
    if (redis.await(() -> redis.commands().exists(profile)) == 0) {
      // Erased in between.
      removeDevices(tenant, recipientId, List.of(device.id()));
      return false;
    }
    return true;
  }

  @Override
  public Map<String, String> owners(String tenant, Collection<String> deviceIds) {
    Map<String, Asked<byte[]>> asked = new LinkedHashMap<>();
    for (String id : deviceIds) {
      byte[] key = keys.device(tenant, id);
      asked.put(id, ask(() -> redis.commands().hget(key, OWNER)));
    }
    Map<String, String> owners = new HashMap<>();
    asked.forEach(
        (id, question) -> {
          byte[] owner = redis.await(question.sent, question.again);
          if (owner != null) {
            owners.put(id, Packer.text(owner));
          }
        });
    return owners;
  }

  @Override
  public boolean disableDevice(String tenant, String deviceId, Optional<Instant> since) {
    return redis.send(Script.DISABLE, device(tenant, deviceId), time(since)).number() == 1;
  }

  @Override
  public boolean removeDevice(String tenant, String recipientId, String deviceId) {
    boolean removed =
        redis.send(Script.UNDEVICE, device(tenant, deviceId), Packer.utf8(recipientId)).number()
            == 1;
    byte[] profile = keys.profile(tenant, recipientId);
    redis.await(() -> redis.commands().hdel(profile, Packer.utf8("d" + deviceId)));
    return removed;
  }

  /** Marks the person as erased first: what is claimed from then on is suppressed. */
  @Override
  public List<StateChange> erase(String tenant, String recipientId) {
    preferences.erase(tenant, recipientId);
    List<String> devices = profile(tenant, recipientId, List.of(Packer.utf8("erase")));
    removeDevices(tenant, recipientId, devices);
    inbox.erase(tenant, recipientId);
    return queues.erase(tenant, recipientId);
  }
}
