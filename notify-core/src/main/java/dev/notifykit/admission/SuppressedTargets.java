package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.store.TargetKeys;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses of a batch of one tenant that must not be used. */
final class SuppressedTargets {
  private final Set<String> keys;
  private final TargetKeys targetKeys;

  SuppressedTargets(Set<String> keys, TargetKeys targetKeys) {
    this.keys = keys;
    this.targetKeys = targetKeys;
  }

  /** Returns the keys of the addresses that a batch of one tenant may use. Not thread-safe. */
  static List<String> candidates(TargetKeys targetKeys, List<Validated> batch, Audience audience) {
    List<Target> targets = new ArrayList<>(1);
    for (Validated notification : batch) {
      for (Channel channel : notification.allChannels()) {
        if (channel != Channel.INBOX) {
          for (Recipient recipient : audience.of(notification.source())) {
            targets.addAll(recipient.targets(channel));
          }
        }
      }
    }
    return new Keys(targetKeys, targets);
  }

  /** A key is a digest, made only for a store that has something to compare it with. */
  private static final class Keys extends AbstractList<String> {
    private final TargetKeys targetKeys;
    private final List<Target> targets;
    private @Nullable List<String> made;

    Keys(TargetKeys targetKeys, List<Target> targets) {
      this.targetKeys = targetKeys;
      this.targets = targets;
    }

    private List<String> made() {
      if (made == null) {
        made = targets.stream().flatMap(target -> targetKeys.all(target).stream()).toList();
      }
      return made;
    }

    @Override
    public boolean isEmpty() {
      return targets.isEmpty();
    }

    @Override
    public int size() {
      return made().size();
    }

    @Override
    public String get(int index) {
      return made().get(index);
    }
  }

  boolean contains(Target target) {
    return !keys.isEmpty() && targetKeys.all(target).stream().anyMatch(keys::contains);
  }
}
