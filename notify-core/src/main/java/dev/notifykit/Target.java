package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.internal.Fingerprint;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one address or device a delivery goes to. Immutable; {@code toString} shows a keyed hash at
 * most, never the address.
 */
public final class Target {
  private final Channel channel;
  private final String address;
  private final @Nullable Device device;
  // Both set before anyone else sees it.
  private boolean isKeyed;
  private @Nullable Function<Target, String> hash;
  private @Nullable Keyed keyed; // as with the key
  private @Nullable String key; // computed once it is asked for; a racing second write is the same

  private Target(Channel channel, String address, @Nullable Device device) {
    this.channel = channel;
    this.address = address;
    this.device = device;
  }

  /** Returns the target for an email address. */
  public static Target email(String address) {
    return new Target(Channel.EMAIL, Checks.notNull("email", address), null);
  }

  /** Returns the target for a phone number in E.164 form. */
  public static Target phone(String number) {
    return new Target(Channel.SMS, Checks.notNull("phone", number), null);
  }

  /** Returns the target for a device. */
  public static Target device(Device device) {
    return new Target(Channel.PUSH, Checks.notNull("device", device).token(), device);
  }

  /** Returns the target for a recipient's inbox. */
  public static Target inbox(String recipientId) {
    return new Target(Channel.INBOX, recipientId, null);
  }

  /** Returns a stand-in for a recipient who has no address on a channel. */
  public static Target missing(Channel channel) {
    return new Target(Checks.notNull("channel", channel), "", null);
  }

  /** Returns whether there is no address here. */
  public boolean isMissing() {
    return address.isEmpty();
  }

  /**
   * Returns this target under the key it is known by in a store.
   *
   * @param value the key, as {@link Delivery#targetKey} has it
   */
  public Target withKey(String value) {
    Target target = new Target(channel, address, device);
    target.key = Checks.notNull("key", value);
    target.isKeyed = true;
    return target;
  }

  /**
   * Returns this target under the key that a hash gives it. It is made once for the hash that asked
   * last, and its key when somebody asks for that. For the library's own use.
   *
   * @param hash makes a key
   */
  public Target withKey(Function<Target, String> hash) {
    Keyed last = keyed;
    if (last == null || last.hash != hash) {
      last = new Keyed(hash, hashed(hash));
      keyed = last;
    }
    return last.target;
  }

  private Target hashed(Function<Target, String> made) {
    Target target = new Target(channel, address, device);
    target.hash = made;
    target.isKeyed = true;
    return target;
  }

  private record Keyed(Function<Target, String> hash, Target target) {}

  /** Returns the channel this target belongs to. */
  public Channel channel() {
    return channel;
  }

  /** Returns the email address, phone number, device token or recipient id. Never log it. */
  public String address() {
    return address;
  }

  /** Returns the device, if the channel is {@link Channel#PUSH}. */
  public Optional<Device> device() {
    return Optional.ofNullable(device);
  }

  /** Returns the route that deliveries to this target take. */
  public Route route() {
    return switch (channel) {
      case PUSH -> device == null ? Route.FCM : device.platform().route();
      case SMS -> Route.SMS;
      case EMAIL -> Route.EMAIL;
      case INBOX -> Route.INBOX;
    };
  }

  /**
   * Returns a stable identifier of the target: the device's id, a hash of the address, or empty for
   * a missing one. Email addresses that differ only in case have the same key. Of a delivery's
   * target it is {@link Delivery#targetKey}, a hash with a secret; of one that was just made it is
   * a plain fingerprint, from which a number can be guessed: never log that.
   */
  public String key() {
    String k = key;
    if (k == null) {
      Function<Target, String> given = hash;
      k = device != null ? device.id() : given != null ? given.apply(this) : addressKey();
      key = k;
    }
    return k;
  }

  private String addressKey() {
    return isMissing() ? "" : Fingerprint.of(channel.name(), address.toLowerCase(Locale.ROOT));
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Target t
        && channel == t.channel
        && address.equals(t.address)
        && Objects.equals(device, t.device);
  }

  @Override
  public int hashCode() {
    return Objects.hash(channel, address);
  }

  @Override
  public String toString() {
    return "Target[" + channel + (isKeyed || device != null ? " " + key() : "") + "]";
  }
}
