package dev.notifykit.store.memory;

import dev.notifykit.Device;
import dev.notifykit.Recipient;
import dev.notifykit.store.RecipientStore;
import dev.notifykit.store.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The profiles. Reads take no lock; writes take one for the whole store, since a device may move
 * between any two profiles.
 */
final class MemoryRecipients implements RecipientStore {
  private final StoreTime time;
  private final MemoryPreferences preferences;
  private final MemoryInbox inbox;
  private final MemoryQueue queue;
  private final ReentrantLock lock = new ReentrantLock();
  private final ByTenant<Recipient> profiles = new ByTenant<>();

  /** Whose a device is, by device id. Written under the lock. */
  private final ByTenant<String> owners = new ByTenant<>();

  MemoryRecipients(
      StoreTime time, MemoryPreferences preferences, MemoryInbox inbox, MemoryQueue queue) {
    this.time = time;
    this.preferences = preferences;
    this.inbox = inbox;
    this.queue = queue;
  }

  @Override
  public void save(String tenant, Recipient recipient) {
    lock.lock();
    try {
      Recipient before = profiles.get(tenant, recipient.id());
      Instant now = time.clock().instant();
      List<Device> devices = new ArrayList<>();
      for (Device device : recipient.devices()) {
        devices.removeIf(d -> d.id().equals(device.id()));
        devices.add(stamped(device, registration(before, device, now), now));
      }
      replace(tenant, before, recipient.toBuilder().devices(devices).build());
      preferences.endErasure(tenant, recipient.id());
    } finally {
      lock.unlock();
    }
  }

  /** A device that was there and worked keeps its time; one that was disabled registers anew. */
  private static Instant registration(@Nullable Recipient before, Device device, Instant now) {
    return Optional.ofNullable(before)
        .flatMap(profile -> device(profile, device.id()))
        .filter(known -> known.disabledAt().isEmpty())
        .flatMap(Device::registeredAt)
        .orElse(now);
  }

  private static Device stamped(Device device, Instant registration, Instant now) {
    return device.toBuilder()
        .registeredAt(device.registeredAt().orElse(registration))
        .lastSeenAt(device.lastSeenAt().orElse(now))
        .build();
  }

  /** Puts a profile in place of another and moves the devices' ownership. */
  private void replace(String tenant, @Nullable Recipient before, Recipient after) {
    if (before != null) {
      before.devices().forEach(d -> owners.of(tenant).remove(d.id(), before.id()));
    }
    for (Device device : after.devices()) {
      String owner = owners.of(tenant).put(device.id(), after.id());
      if (owner != null && !owner.equals(after.id())) {
        dropDevice(tenant, owner, device.id());
      }
      noteWhetherRefused(tenant, device);
    }
    if (before != null) {
      before.devices().forEach(d -> forgetUnowned(tenant, d.id()));
    }
    profiles.of(tenant).put(after.id(), after);
  }

  private void forgetUnowned(String tenant, String deviceId) {
    if (owners.get(tenant, deviceId) == null) {
      preferences.acceptDevice(tenant, deviceId);
    }
  }

  /** Claims look at devices by id, apart from their profiles. */
  private void noteWhetherRefused(String tenant, Device device) {
    if (device.disabledAt().isPresent()) {
      preferences.refuseDevice(tenant, device.id());
    } else {
      preferences.acceptDevice(tenant, device.id());
    }
  }

  private boolean dropDevice(String tenant, String recipientId, String deviceId) {
    Recipient profile = profiles.get(tenant, recipientId);
    if (profile == null || device(profile, deviceId).isEmpty()) {
      return false;
    }
    List<Device> left = profile.devices().stream().filter(d -> !d.id().equals(deviceId)).toList();
    profiles.of(tenant).put(recipientId, profile.toBuilder().devices(left).build());
    return true;
  }

  private static Optional<Device> device(Recipient profile, String deviceId) {
    return profile.devices().stream().filter(d -> d.id().equals(deviceId)).findFirst();
  }

  @Override
  public Optional<Recipient> find(String tenant, String recipientId) {
    return Optional.ofNullable(profiles.get(tenant, recipientId));
  }

  @Override
  public Map<String, Recipient> findAll(String tenant, Collection<String> recipientIds) {
    Map<String, Recipient> found = new HashMap<>();
    for (String id : recipientIds) {
      Recipient profile = profiles.get(tenant, id);
      if (profile != null) {
        found.put(id, profile);
      }
    }
    return found;
  }

  @Override
  public boolean saveDevice(String tenant, String recipientId, Device device) {
    lock.lock();
    try {
      Recipient profile = profiles.get(tenant, recipientId);
      if (profile == null) {
        return false;
      }
      Instant now = time.clock().instant();
      List<Device> devices = new ArrayList<>(profile.devices());
      devices.removeIf(d -> d.id().equals(device.id()));
      devices.add(stamped(device.toBuilder().disabledAt(null).build(), now, now));
      replace(tenant, profile, profile.toBuilder().devices(devices).build());
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Map<String, String> owners(String tenant, Collection<String> deviceIds) {
    Map<String, String> found = new HashMap<>();
    for (String id : deviceIds) {
      String owner = owners.get(tenant, id);
      if (owner != null) {
        found.put(id, owner);
      }
    }
    return found;
  }

  @Override
  public boolean disableDevice(String tenant, String deviceId, Optional<Instant> since) {
    lock.lock();
    try {
      String owner = owners.get(tenant, deviceId);
      Recipient profile = owner == null ? null : profiles.get(tenant, owner);
      if (profile == null) {
        return false;
      }
      Instant now = time.clock().instant();
      Optional<Device> refused =
          device(profile, deviceId)
              .filter(d -> d.disabledAt().isEmpty())
              .filter(d -> !isRegisteredAfter(d, since.orElse(now)));
      refused.ifPresent(d -> disable(tenant, profile, d, since.orElse(now)));
      return refused.isPresent();
    } finally {
      lock.unlock();
    }
  }

  private static boolean isRegisteredAfter(Device device, Instant since) {
    return device.registeredAt().filter(at -> at.isAfter(since)).isPresent();
  }

  private void disable(String tenant, Recipient profile, Device device, Instant since) {
    Device disabled = device.toBuilder().disabledAt(since).build();
    List<Device> devices =
        profile.devices().stream().map(d -> d.id().equals(device.id()) ? disabled : d).toList();
    profiles.of(tenant).put(profile.id(), profile.toBuilder().devices(devices).build());
    noteWhetherRefused(tenant, disabled);
  }

  @Override
  public boolean removeDevice(String tenant, String recipientId, String deviceId) {
    lock.lock();
    try {
      owners.of(tenant).remove(deviceId, recipientId);
      forgetUnowned(tenant, deviceId);
      return dropDevice(tenant, recipientId, deviceId);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Marks the person as erased first: from then on every claim sees it, so that whatever the walk
   * over the rows does not meet yet is suppressed when it is claimed.
   */
  @Override
  public List<StateChange> erase(String tenant, String recipientId) {
    lock.lock();
    try {
      preferences.erase(tenant, recipientId);
      Recipient profile = profiles.of(tenant).remove(recipientId);
      if (profile != null) {
        for (Device device : profile.devices()) {
          owners.of(tenant).remove(device.id(), recipientId);
          forgetUnowned(tenant, device.id());
        }
      }
      inbox.erase(tenant, recipientId);
      return queue.erase(tenant, recipientId);
    } finally {
      lock.unlock();
    }
  }
}
