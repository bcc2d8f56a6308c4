package dev.notifykit;

import dev.notifykit.admission.DeviceTokens;
import dev.notifykit.internal.Checks;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.StateChange;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Profiles of one tenant's recipients. Thread-safe. */
public final class Recipients {
  private static final int LATEST = 1_000;

  private final NotificationStore store;
  private final String tenant;
  private final DeviceTokens tokens;
  private final Consumer<StateChange> publish;

  Recipients(
      NotificationStore store, String tenant, DeviceTokens tokens, Consumer<StateChange> publish) {
    this.store = store;
    this.tenant = tenant;
    this.tokens = tokens;
    this.publish = publish;
  }

  /**
   * Saves a profile, replacing the one under the same id. A device that belonged to someone else
   * moves here, and what waits for them on it is cancelled, as by {@link #removeDevice}; devices
   * registered before keep their registration time.
   *
   * @throws InvalidNotificationException if a device in use has a token that no provider could send
   *     to: its text says which device, by its id, and why
   */
  public void save(Recipient recipient) {
    tokens.check(Checks.notNull("recipient", recipient));
    Map<String, String> others = others(recipient.id(), recipient.devices());
    others.forEach(this::cancelWaiting);
    store.recipients().save(tenant, recipient);
    others.forEach(this::cancelWaiting);
  }

  /** Returns who else has some of these devices, by device id; almost always nobody. */
  private Map<String, String> others(String recipientId, Collection<Device> devices) {
    if (devices.isEmpty()) {
      return Map.of();
    }
    List<String> ids = devices.stream().map(Device::id).toList();
    Map<String, String> others = new HashMap<>(store.recipients().owners(tenant, ids));
    others.values().removeIf(recipientId::equals);
    return others;
  }

  /**
   * Cancels what waits for somebody on a device. Done before a device moves, since nobody knows
   * whose it was afterwards, and again then, for what was sent meanwhile.
   */
  private void cancelWaiting(String deviceId, String recipientId) {
    for (Delivery delivery : store.log().ofRecipient(tenant, recipientId, LATEST)) {
      if (delivery.state().isWaiting() && delivery.targetKey().equals(deviceId)) {
        store.queue().withdraw(tenant, delivery.id()).ifPresent(publish);
      }
    }
  }

  /** Returns a profile; empty if none was saved under the id, or it was erased. */
  public Optional<Recipient> find(String recipientId) {
    return store.recipients().find(tenant, Checks.name("recipientId", recipientId));
  }

  /**
   * Registers a device of someone who has a profile: call it at every start of the app. A device
   * that was disabled is revived. One that belonged to someone else moves here, and what waits for
   * them on it is cancelled, as by {@link #removeDevice}.
   *
   * @throws InvalidNotificationException if there is no such recipient, or the token is one that no
   *     provider could send to
   */
  public void registerDevice(String recipientId, Device device) {
    Checks.name("recipientId", recipientId);
    tokens.check(Target.device(device));
    Map<String, String> others = others(recipientId, List.of(device));
    if (!others.isEmpty() && store.recipients().find(tenant, recipientId).isEmpty()) {
      throw withoutProfile();
    }
    others.forEach(this::cancelWaiting);
    if (!store.recipients().saveDevice(tenant, recipientId, device)) {
      throw withoutProfile();
    }
    others.forEach(this::cancelWaiting);
  }

  private static InvalidNotificationException withoutProfile() {
    return new InvalidNotificationException("recipientId", "has no profile; save one first");
  }

  /**
   * Removes a device, as on logout, and cancels what waits for it among the recipient's latest
   * 1,000 deliveries: somebody else may use it next. What is with a provider already arrives.
   *
   * @return whether it was there
   */
  public boolean removeDevice(String recipientId, Device device) {
    Checks.name("recipientId", recipientId);
    String deviceId = Checks.notNull("device", device).id();
    boolean removed = store.recipients().removeDevice(tenant, recipientId, deviceId);
    cancelWaiting(deviceId, recipientId);
    return removed;
  }

  /**
   * Erases a person: profile, devices, preferences, inbox, and the content, addresses and tracking
   * events of every delivery. What waits is suppressed, and so is what is sent later until the id
   * is saved again; until then nothing is recorded of old messages either. If it throws, repeat it.
   */
  public void erase(String recipientId) {
    store.recipients().erase(tenant, Checks.name("recipientId", recipientId)).forEach(publish);
    store.log().idsOfRecipient(tenant, recipientId, ids -> store.tracking().forget(tenant, ids));
  }
}
