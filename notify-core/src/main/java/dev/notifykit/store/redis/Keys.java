package dev.notifykit.store.redis;

import dev.notifykit.ConfigurationException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The names of the keys. What stands in braces decides the slot: a partition's keys are in one,
 * those of one recipient in one, those of one target in one, all token buckets in one.
 */
final class Keys {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

  private final String prefix;
  private final byte[][] bases;

  /**
   * Makes the names.
   *
   * @throws ConfigurationException if the prefix is malformed
   */
  Keys(String prefix, int partitions) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new ConfigurationException(
          "keyPrefix is '"
              + prefix
              + "'; it must be 1 to 64 letters, digits, '_', '.', ':' or '-'");
    }
    this.prefix = prefix;
    this.bases = new byte[partitions][];
    for (int p = 0; p < partitions; p++) {
      bases[p] = Packer.utf8(prefix + ":{" + p + "}:");
    }
  }

  int partitions() {
    return bases.length;
  }

  /** Returns what a partition's keys begin with. */
  byte[] base(int partition) {
    return bases[partition];
  }

  /** Returns a partition's key. */
  byte[] of(int partition, String name) {
    return Packer.utf8(prefix + ":{" + partition + "}:" + name);
  }

  byte[] of(int partition, String name, byte[] rest) {
    byte[] key = of(partition, name);
    return new Packer(key.length + rest.length).bytes(key).bytes(rest).toBytes();
  }

  /** Returns the hash of what a partition knows of people and of targets. */
  byte[] people(int partition) {
    return of(partition, "p");
  }

  /**
   * Returns the partition that everything of an event, a person's preferences or a target is in.
   */
  int partitionOf(String tenant, String name) {
    if (bases.length == 1) {
      return 0;
    }
    // String.hashCode is specified, so every node and version finds the same partition.
    int hash = 31 * tenant.hashCode() + name.hashCode();
    return Math.floorMod(hash ^ (hash >>> 16), bases.length);
  }

  /** Returns the pattern of the channels on which the partitions tell of work. */
  byte[] workPattern() {
    return Packer.utf8(prefix + ":{*}:work");
  }

  /** Returns the channel on which the entries of an inbox are published. */
  byte[] inboxFeed(String tenant, String recipientId) {
    return Packer.utf8(ofPerson(tenant, recipientId) + "if");
  }

  byte[] meta() {
    return Packer.utf8(prefix + ":meta");
  }

  byte[] once(String name) {
    return Packer.utf8(prefix + ":once:" + name);
  }

  byte[] bucket(String key) {
    return Packer.utf8(prefix + ":{limits}:" + key);
  }

  byte[] template(String path) {
    return Packer.utf8(prefix + ":template:" + path);
  }

  byte[] tracking(String tenant, UUID deliveryId) {
    return Packer.utf8(prefix + ":tracking:" + qualified(tenant, deliveryId.toString()));
  }

  /** Returns the field of an event in the hash of all. */
  static byte[] event(String tenant, String eventId) {
    return Packer.utf8(qualified(tenant, eventId));
  }

  /** Returns the field of a recipient's latest delivery among what is known of people. */
  static byte[] latest(byte[] person) {
    return new Packer(1 + person.length).u8('r').bytes(person).toBytes();
  }

  byte[] profile(String tenant, String recipientId) {
    return Packer.utf8(ofPerson(tenant, recipientId) + "r");
  }

  /** Returns the ids, the entries and the times of reading of an inbox. */
  byte[][] inbox(String tenant, String recipientId) {
    String base = ofPerson(tenant, recipientId);
    return new byte[][] {
      Packer.utf8(base + "ii"), Packer.utf8(base + "ie"), Packer.utf8(base + "ir")
    };
  }

  private String ofPerson(String tenant, String recipientId) {
    return prefix + ":{person:" + qualified(tenant, recipientId) + "}:";
  }

  byte[] device(String tenant, String deviceId) {
    return Packer.utf8(ofTarget(tenant, deviceId) + "d");
  }

  /** Returns the key that is there while a device is disabled. */
  byte[] disabled(String tenant, String deviceId) {
    return Packer.utf8(ofTarget(tenant, deviceId) + "x");
  }

  private String ofTarget(String tenant, String targetKey) {
    return prefix + ":{target:" + qualified(tenant, targetKey) + "}:";
  }

  /** A tenant may be any text; its length keeps it apart from what follows. */
  static String qualified(String tenant, String name) {
    return tenant.length() + ":" + tenant + ":" + name;
  }
}
