package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.store.TargetKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The addresses of a batch of one tenant that must not be used. */
final class SuppressedTargets {
  private final Set<String> keys;
  private final TargetKeys targetKeys;

  SuppressedTargets(Set<String> keys, TargetKeys targetKeys) {
    this.keys = keys;
    this.targetKeys = targetKeys;
  }

  /** Returns the keys of the addresses that a batch of one tenant may use. */
  static List<String> candidates(TargetKeys targetKeys, List<Validated> batch, Audience audience) {
    List<String> keys = new ArrayList<>(1);
    for (Validated notification : batch) {
      for (Channel channel : notification.allChannels()) {
        if (channel != Channel.INBOX) {
          for (Recipient recipient : audience.of(notification.source())) {
            for (Target target : recipient.targets(channel)) {
              keys.addAll(targetKeys.all(target));
            }
          }
        }
      }
    }
    return keys;
  }

  boolean contains(Target target) {
    return !keys.isEmpty() && targetKeys.all(target).stream().anyMatch(keys::contains);
  }
}
