package dev.notifykit.store;

import dev.notifykit.Device;
import dev.notifykit.Recipient;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Profiles of recipients and their devices. Thread-safe. */
public interface RecipientStore {
  /**
   * Saves a profile, replacing the one under the same id. Atomic; ends an erasure. A device that
   * belonged to another recipient of the tenant moves here. Devices without registration time get
   * the store's.
   *
   * @param tenant the tenant
   * @param recipient the profile
   */
  void save(String tenant, Recipient recipient);

  /**
   * Returns a profile.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   */
  Optional<Recipient> find(String tenant, String recipientId);

  /**
   * Returns the profiles that exist, in one round trip.
   *
   * @param tenant the tenant
   * @param recipientIds the recipients
   */
  Map<String, Recipient> findAll(String tenant, Collection<String> recipientIds);

  /**
   * Adds a device to a profile, or refreshes and revives it; takes it from any other recipient.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param device the device
   * @return whether the recipient exists
   */
  boolean saveDevice(String tenant, String recipientId, Device device);

  /**
   * Returns whose devices are, by {@link Device#id}; those that nobody has are left out.
   *
   * @param tenant the tenant
   * @param deviceIds the devices
   */
  Map<String, String> owners(String tenant, Collection<String> deviceIds);

  /**
   * Marks a device as refused by its push service, unless it was registered after {@code since}.
   *
   * @param tenant the tenant
   * @param deviceId the device's {@link Device#id}
   * @param since since when the token is invalid, or empty for now
   * @return whether it was enabled before
   */
  boolean disableDevice(String tenant, String deviceId, Optional<java.time.Instant> since);

  /**
   * Removes a device.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param deviceId the device's {@link Device#id}
   * @return whether it was there
   */
  boolean removeDevice(String tenant, String recipientId, String deviceId);

  /**
   * Erases a person: profile, devices, preferences, inbox, content and addresses of every queued
   * and logged delivery. What waits is suppressed as {@code ERASED}; so is what is sent later,
   * until the recipient is saved again. Suppressions of addresses stay, by key. Tracking events may
   * be another store's: the client has them forgotten afterwards, by {@link
   * DeliveryLog#idsOfRecipient}.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @return what changed in the queues
   */
  java.util.List<StateChange> erase(String tenant, String recipientId);
}
