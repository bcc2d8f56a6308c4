package dev.notifykit.template;

import dev.notifykit.Channel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A template in one language. Thread-safe. */
final class Variant {
  private final List<SourceFile> files;
  private final Map<Channel, ChannelContent> contents;

  Variant(List<SourceFile> files, Map<Channel, ChannelContent> contents) {
    this.files = files;
    this.contents = new EnumMap<>(contents);
  }

  /** Returns the files it was compiled from. */
  List<SourceFile> files() {
    return files;
  }

  Set<Channel> channels() {
    return contents.keySet();
  }

  @Nullable ChannelContent content(Channel channel) {
    return contents.get(channel);
  }
}
