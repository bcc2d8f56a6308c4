package dev.notifykit;

import dev.notifykit.internal.Checks;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person or system to notify: an id of the application's and the addresses and devices it can be
 * reached at. Immutable; {@code toString} shows the id only.
 */
public final class Recipient {
  /** Most devices a recipient may have. */
  public static final int MAX_DEVICES = 100;

  private final String id;
  private final @Nullable String name;
  private final @Nullable String email;
  private final @Nullable String phone;
  private final List<Device> devices;
  private final @Nullable Locale locale;
  private final @Nullable ZoneId zone;
  // Made once: a target's key is a digest, and profiles are sent to again and again.
  private final List<Target> emailTargets;
  private final List<Target> phoneTargets;
  private final List<Target> deviceTargets;

  private Recipient(Builder b) {
    this.id = Checks.name("recipient.id", b.id);
    this.name = b.name == null ? null : Checks.name("recipient.name", b.name);
    this.email = b.email == null ? null : Checks.text("recipient.email", b.email, 254);
    this.phone = b.phone == null ? null : Checks.text("recipient.phone", b.phone, 32);
    Checks.size("recipient.devices", b.devices, MAX_DEVICES);
    this.devices = List.copyOf(b.devices);
    this.locale = b.locale;
    this.zone = b.zone;
    this.emailTargets = email == null ? List.of() : List.of(Target.email(email));
    this.phoneTargets = phone == null ? List.of() : List.of(Target.phone(phone));
    this.deviceTargets =
        devices.stream()
            .filter(device -> device.disabledAt().isEmpty())
            .map(Target::device)
            .toList();
  }

  /**
   * Returns where this recipient can be reached on a channel: the address, or one target for each
   * device that is not disabled.
   *
   * @param channel the channel
   */
  public List<Target> targets(Channel channel) {
    return switch (channel) {
      case EMAIL -> emailTargets;
      case SMS -> phoneTargets;
      case INBOX -> List.of(Target.inbox(id));
      case PUSH -> deviceTargets;
    };
  }

  /**
   * Starts a recipient.
   *
   * @param id the application's id of the person; unique within a tenant
   */
  public static Builder builder(String id) {
    return new Builder(id);
  }

  /** Returns a builder that starts from this recipient. */
  public Builder toBuilder() {
    Builder b = new Builder(id).name(name).email(email).phone(phone).locale(locale).zone(zone);
    b.devices.addAll(devices);
    return b;
  }

  /** Returns the application's id. */
  public String id() {
    return id;
  }

  /** Returns the name to greet the recipient by, available to templates. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** Returns the email address. */
  public Optional<String> email() {
    return Optional.ofNullable(email);
  }

  /** Returns the phone number. */
  public Optional<String> phone() {
    return Optional.ofNullable(phone);
  }

  /** Returns the devices, disabled ones included. */
  public List<Device> devices() {
    return devices;
  }

  /** Returns the language to write in; templates fall back to their default without one. */
  public Optional<Locale> locale() {
    return Optional.ofNullable(locale);
  }

  /** Returns the time zone that quiet hours are read in; the client's default without one. */
  public Optional<ZoneId> zone() {
    return Optional.ofNullable(zone);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Recipient r
        && id.equals(r.id)
        && Objects.equals(name, r.name)
        && Objects.equals(email, r.email)
        && Objects.equals(phone, r.phone)
        && devices.equals(r.devices)
        && Objects.equals(locale, r.locale)
        && Objects.equals(zone, r.zone);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Recipient[" + id + "]";
  }

  /** Builds a {@link Recipient}. Not thread-safe. */
  public static final class Builder {
    private final String id;
    private @Nullable String name;
    private @Nullable String email;
    private @Nullable String phone;
    private final List<Device> devices = new ArrayList<>();
    private @Nullable Locale locale;
    private @Nullable ZoneId zone;

    private Builder(String id) {
      this.id = id;
    }

    /** Sets the name to greet the recipient by; default none. */
    public Builder name(@Nullable String value) {
      this.name = value;
      return this;
    }

    /** Sets the email address; default none. */
    public Builder email(@Nullable String value) {
      this.email = value;
      return this;
    }

    /** Sets the phone number, best in E.164 form; default none. */
    public Builder phone(@Nullable String value) {
      this.phone = value;
      return this;
    }

    /** Adds a device. */
    public Builder device(Device value) {
      this.devices.add(Checks.notNull("recipient.device", value));
      return this;
    }

    /** Replaces all devices. */
    public Builder devices(List<Device> values) {
      this.devices.clear();
      Checks.notNull("recipient.devices", values).forEach(this::device);
      return this;
    }

    /** Sets the language; default none. */
    public Builder locale(@Nullable Locale value) {
      this.locale = value;
      return this;
    }

    /** Sets the time zone; default none. */
    public Builder zone(@Nullable ZoneId value) {
      this.zone = value;
      return this;
    }

    /**
     * Returns the recipient.
     *
     * @throws InvalidNotificationException if the id is blank, or any text is too long or has
     *     control characters
     */
    public Recipient build() {
      return new Recipient(this);
    }
  }
}
