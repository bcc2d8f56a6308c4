package dev.notifykit.store.redis;

import dev.notifykit.Channel;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Preferences as {@code prefer.lua} keeps them. */
final class PreferenceJson {
  private static final String TOPIC = "t";
  private static final String CATEGORY = "c";

  private static final Set<String> CHANNELS =
      Arrays.stream(Channel.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  private PreferenceJson() {}

  /** Returns what a choice is about: the channel, whether a category or a topic, and its name. */
  static String about(Preference p) {
    Channel channel = p.channel();
    String kind = p.topic() == null ? CATEGORY : TOPIC;
    String name = p.topic() == null ? p.category() : p.topic();
    return (channel == null ? "" : channel.name()) + "|" + kind + "|" + (name == null ? "" : name);
  }

  static String quietHours(@Nullable QuietHours hours) {
    return hours == null ? "" : hours.from() + "/" + hours.to();
  }

  /**
   * Reads preferences.
   *
   * @throws UnreadableException if they are not what {@code prefer.lua} writes
   */
  static PreferenceSet read(byte @Nullable [] json) throws UnreadableException {
    if (json == null) {
      return PreferenceSet.NONE;
    }
    Map<String, Object> set = StoreCodec.line(Packer.text(json));
    List<Preference> choices = new ArrayList<>();
    try {
      if (set.get("c") instanceof Map<?, ?> c) {
        for (Map.Entry<?, ?> e : c.entrySet()) {
          Preference choice = choice((String) e.getKey(), e.getValue().equals(1));
          if (choice != null) {
            choices.add(choice);
          }
        }
      }
      return new PreferenceSet(choices, hours((String) set.get("q")), set.containsKey("e"));
    } catch (RuntimeException e) {
      throw new UnreadableException("preferences are unreadable", null);
    }
  }

  /** Returns null for a choice about a channel that only a newer release knows: it is not ours. */
  private static @Nullable Preference choice(String about, boolean optedIn) {
    String[] parts = about.split("\\|", 3);
    if (!parts[0].isEmpty() && !CHANNELS.contains(parts[0])) {
      return null;
    }
    Channel channel = parts[0].isEmpty() ? null : Channel.valueOf(parts[0]);
    String name = parts[2].isEmpty() ? null : parts[2];
    boolean isTopic = parts[1].equals(TOPIC);
    return new Preference(channel, isTopic ? null : name, isTopic ? name : null, optedIn);
  }

  private static @Nullable QuietHours hours(@Nullable String text) throws DateTimeException {
    if (text == null) {
      return null;
    }
    String[] ends = text.split("/", 2);
    return new QuietHours(LocalTime.parse(ends[0]), LocalTime.parse(ends[1]));
  }
}
