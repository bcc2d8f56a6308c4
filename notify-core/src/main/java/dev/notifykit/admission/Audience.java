package dev.notifykit.admission;

import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.NotificationStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The recipients of a batch of one tenant, with their preferences, read in two round trips. */
final class Audience {
  private final Map<String, Recipient> profiles;
  private final Map<String, PreferenceSet> preferences;

  private Audience(Map<String, Recipient> profiles, Map<String, PreferenceSet> preferences) {
    this.profiles = profiles;
    this.preferences = preferences;
  }

  static Audience load(NotificationStore store, String tenant, List<Validated> batch) {
    Notification only = batch.size() == 1 ? batch.get(0).source() : null;
    if (only != null && only.recipientIds().size() + only.recipients().size() == 1) {
      return ofOne(store, tenant, only);
    }
    Set<String> ids = new LinkedHashSet<>();
    batch.forEach(notification -> ids.addAll(notification.source().recipientIds()));
    Map<String, Recipient> profiles = find(store, tenant, ids);
    for (Validated notification : batch) {
      notification.source().recipients().forEach(recipient -> ids.add(recipient.id()));
    }
    return new Audience(profiles, store.preferences().findAll(tenant, ids));
  }

  private static Map<String, Recipient> find(
      NotificationStore store, String tenant, Collection<String> ids) {
    return ids.isEmpty() ? Map.of() : store.recipients().findAll(tenant, ids);
  }

  private static Audience ofOne(NotificationStore store, String tenant, Notification only) {
    if (only.recipientIds().isEmpty()) {
      String id = only.recipients().get(0).id();
      return new Audience(Map.of(), Map.of(id, store.preferences().find(tenant, id)));
    }
    String id = only.recipientIds().get(0);
    return new Audience(
        store.recipients().find(tenant, id).map(r -> Map.of(id, r)).orElse(Map.of()),
        Map.of(id, store.preferences().find(tenant, id)));
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

  PreferenceSet preferences(String recipientId) {
    return preferences.getOrDefault(recipientId, PreferenceSet.NONE);
  }

  private Recipient profile(String id) {
    Recipient profile = profiles.get(id);
    return profile != null ? profile : Recipient.builder(id).build();
  }
}
