package dev.notifykit.store;

import dev.notifykit.Device;
import dev.notifykit.Recipient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The profiles of one store; erasing somebody erases them from another, too. */
final class CompositeRecipients implements RecipientStore {
  private final RecipientStore main;
  private final RecipientStore other;

  CompositeRecipients(RecipientStore main, RecipientStore other) {
    this.main = main;
    this.other = other;
  }

  @Override
  public void save(String tenant, Recipient recipient) {
    main.save(tenant, recipient);
  }

  @Override
  public Optional<Recipient> find(String tenant, String recipientId) {
    return main.find(tenant, recipientId);
  }

  @Override
  public Map<String, Recipient> findAll(String tenant, Collection<String> recipientIds) {
    return main.findAll(tenant, recipientIds);
  }

  @Override
  public boolean saveDevice(String tenant, String recipientId, Device device) {
    return main.saveDevice(tenant, recipientId, device);
  }

  @Override
  public Map<String, String> owners(String tenant, Collection<String> deviceIds) {
    return main.owners(tenant, deviceIds);
  }

  @Override
  public boolean disableDevice(String tenant, String deviceId, Optional<Instant> since) {
    return main.disableDevice(tenant, deviceId, since);
  }

  @Override
  public boolean removeDevice(String tenant, String recipientId, String deviceId) {
    return main.removeDevice(tenant, recipientId, deviceId);
  }

  /** The main store first: once nothing waits there, nothing new comes to the other. */
  @Override
  public List<StateChange> erase(String tenant, String recipientId) {
    List<StateChange> changes = new ArrayList<>(main.erase(tenant, recipientId));
    changes.addAll(other.erase(tenant, recipientId));
    return changes;
  }
}
