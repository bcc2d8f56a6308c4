package dev.notifykit.store.redis;

import dev.notifykit.StoreException;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.PreferenceStore.Restrictions;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A question for the preferences of people and for addresses not to use: fields of one hash in
 * every partition, so that asking for who has none costs little. Sent at once, a command for each
 * hash, or packed for the append script to ask. Not thread-safe.
 */
final class Restricted {
  private static final int AT_ONCE = 2_000;
  private static final byte[] NONE = new byte[0];

  /** What is asked for: the preferences of a person, or whether a target is suppressed. */
  enum Kind {
    PERSON("p"),
    TARGET("s");

    private final String letter;

    Kind(String letter) {
      this.letter = letter;
    }

    /** Returns the field of one of this kind. */
    byte[] field(String tenant, String name) {
      return Packer.utf8(letter + Keys.qualified(tenant, name));
    }
  }

  private record Asked(Kind kind, String tenant, String name) {
    byte[] field() {
      return kind.field(tenant, name);
    }
  }

  /** One command, and what it asks for. */
  private final class Sent {
    private final byte[] key;
    private final byte[][] fields;
    private final List<Asked> asked;
    private final RedisFuture<List<KeyValue<byte[], byte[]>>> reply;

    Sent(byte[] key, List<Asked> asked) {
      this.key = key;
      this.asked = asked;
      this.fields = asked.stream().map(Asked::field).toArray(byte[][]::new);
      this.reply = redis.commands().hmget(key, fields);
    }

    void read() {
      List<KeyValue<byte[], byte[]>> values =
          redis.await(reply, () -> redis.commands().hmget(key, fields));
      for (int i = 0; i < values.size(); i++) {
        answers.put(asked.get(i), values.get(i).getValueOrElse(NONE));
      }
    }
  }

  private final Redis redis;
  private final Keys keys;
  private final Map<Asked, byte[]> answers = new HashMap<>();
  private final Map<Integer, List<Asked>> questions = new LinkedHashMap<>();
  private final List<Sent> sent = new ArrayList<>();

  Restricted(Redis redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  void askForPerson(String tenant, String recipientId) {
    ask(new Asked(Kind.PERSON, tenant, recipientId));
  }

  void askForTarget(String tenant, String targetKey) {
    ask(new Asked(Kind.TARGET, tenant, targetKey));
  }

  private void ask(Asked asked) {
    if (answers.putIfAbsent(asked, NONE) == null) {
      int partition = keys.partitionOf(asked.tenant, asked.name);
      questions.computeIfAbsent(partition, p -> new ArrayList<>()).add(asked);
    }
  }

  /** Sends what was asked for. */
  Restricted send() {
    questions.forEach(
        (partition, asked) -> {
          byte[] key = keys.people(partition);
          for (int from = 0; from < asked.size(); from += AT_ONCE) {
            sent.add(new Sent(key, asked.subList(from, Math.min(from + AT_ONCE, asked.size()))));
          }
        });
    return this;
  }

  /** Writes what was asked for as the append script reads it. */
  void pack(Packer out) {
    questions.forEach(
        (partition, asked) -> {
          byte[] key = keys.people(partition);
          for (int from = 0; from < asked.size(); from += AT_ONCE) {
            List<Asked> some = asked.subList(from, Math.min(from + AT_ONCE, asked.size()));
            out.sized(key).u16(some.size());
            some.forEach(a -> out.sized(a.field()));
          }
        });
  }

  /** Reads what the append script found of that, from a place in its reply on. */
  void read(List<Object> reply, int from) {
    int at = from;
    for (List<Asked> asked : questions.values()) {
      for (Asked a : asked) {
        answers.put(a, (byte[]) reply.get(at++));
      }
    }
  }

  /** Waits for the answers. */
  Restricted answered() {
    sent.forEach(Sent::read);
    return this;
  }

  /**
   * Returns what was found of these.
   *
   * @throws StoreException if a person's preferences are not what this version writes
   */
  Restrictions restrictions(
      String tenant, Collection<String> recipientIds, Collection<String> targetKeys) {
    Map<String, PreferenceSet> preferences = new HashMap<>();
    for (String id : recipientIds) {
      byte[] value = ofPerson(tenant, id);
      if (value.length > 0) {
        preferences.put(id, preferences(value));
      }
    }
    Set<String> suppressed = new HashSet<>(targetKeys);
    suppressed.removeIf(key -> !isSuppressed(tenant, key));
    return new Restrictions(preferences, suppressed);
  }

  private static PreferenceSet preferences(byte[] json) {
    try {
      return PreferenceJson.read(json);
    } catch (UnreadableException e) {
      throw new StoreException("the preferences of a recipient are unreadable", e);
    }
  }

  /** Returns a person's preferences as they are kept, empty for none. */
  byte[] ofPerson(String tenant, String recipientId) {
    return answers.getOrDefault(new Asked(Kind.PERSON, tenant, recipientId), NONE);
  }

  boolean isSuppressed(String tenant, String targetKey) {
    return answers.getOrDefault(new Asked(Kind.TARGET, tenant, targetKey), NONE).length > 0;
  }
}
