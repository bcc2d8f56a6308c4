package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.store.TargetKeys;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the addresses that a batch of one tenant may use. A key is a digest, made only for a
 * store that has something to compare it with. Not thread-safe.
 */
final class CandidateKeys extends AbstractList<String> {
  private final TargetKeys targetKeys;
  private final List<Target> targets = new ArrayList<>(1);
  private @Nullable List<String> made;

  CandidateKeys(TargetKeys targetKeys, List<Validated> batch, Audience audience) {
    this.targetKeys = targetKeys;
    for (Validated notification : batch) {
      for (Channel channel : notification.allChannels()) {
        if (channel != Channel.INBOX) {
          for (Recipient recipient : audience.of(notification.source())) {
            targets.addAll(recipient.targets(channel));
          }
        }
      }
    }
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
