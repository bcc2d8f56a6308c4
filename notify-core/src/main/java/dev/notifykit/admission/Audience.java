package dev.notifykit.admission;

import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.store.RecipientStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The recipients of a batch of one tenant. */
final class Audience {
  private final Collection<String> ids;
  private final Map<String, Recipient> profiles;

  private Audience(Collection<String> ids, Map<String, Recipient> profiles) {
    this.ids = ids;
    this.profiles = profiles;
  }

  /** Reads the profiles, if any are needed, in one round trip. */
  static Audience load(RecipientStore store, String tenant, List<Validated> batch) {
    Notification only = batch.size() == 1 ? batch.get(0).source() : null;
    if (only != null && only.recipientIds().size() + only.recipients().size() == 1) {
      return ofOne(store, tenant, only);
    }
    Set<String> ids = new LinkedHashSet<>();
    batch.forEach(notification -> ids.addAll(notification.source().recipientIds()));
    Map<String, Recipient> profiles = ids.isEmpty() ? Map.of() : store.findAll(tenant, ids);
    for (Validated notification : batch) {
      notification.source().recipients().forEach(recipient -> ids.add(recipient.id()));
    }
    return new Audience(ids, profiles);
  }

  private static Audience ofOne(RecipientStore store, String tenant, Notification only) {
    if (only.recipientIds().isEmpty()) {
      return new Audience(List.of(only.recipients().get(0).id()), Map.of());
    }
    String id = only.recipientIds().get(0);
    Map<String, Recipient> profile =
        store.find(tenant, id).map(r -> Map.of(id, r)).orElse(Map.of());
    return new Audience(List.of(id), profile);
  }

  Collection<String> ids() {
    return ids;
  }

  /** Returns each recipient of a notification once; one without a profile has just its id. */
  Collection<Recipient> of(Notification notification) {
    if (notification.recipientIds().size() + notification.recipients().size() == 1) {
      return notification.recipients().isEmpty()
          ? List.of(profile(notification.recipientIds().get(0)))
          : notification.recipients();
    }
    Map<String, Recipient> recipients = new LinkedHashMap<>();
    notification.recipientIds().forEach(id -> recipients.put(id, profile(id)));
    notification.recipients().forEach(r -> recipients.put(r.id(), r));
    return new ArrayList<>(recipients.values());
  }

  boolean hasProfile(String recipientId) {
    return profiles.containsKey(recipientId);
  }

  private Recipient profile(String id) {
    Recipient profile = profiles.get(id);
    return profile != null ? profile : Recipient.builder(id).build();
  }
}
