package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.Fallback;
import dev.notifykit.template.Template;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A notification that passed validation, with everything resolved that does not depend on the
 * recipient.
 *
 * @param source what the caller asked for
 * @param tenant the tenant
 * @param template the template, or null when all content is given
 * @param category the category
 * @param channels the channels it takes first
 * @param fallbacks the channels that stand in for others, each one's first planned before it
 * @param now when it was admitted
 * @param dueAt when it is due, or null for at once
 * @param expiresAt when it loses its use, or null for never
 */
record Validated(
    Notification source,
    String tenant,
    @Nullable Template template,
    Category category,
    List<Channel> channels,
    List<Fallback> fallbacks,
    Instant now,
    @Nullable Instant dueAt,
    @Nullable Instant expiresAt) {

  /** Returns every channel it may take, stand-ins included. */
  Collection<Channel> allChannels() {
    if (fallbacks.isEmpty()) {
      return channels;
    }
    Set<Channel> all = EnumSet.copyOf(channels);
    fallbacks.forEach(f -> all.add(f.to()));
    return all;
  }

  /** Returns whether the caller named the channels, so that each one missing is worth a word. */
  boolean channelsAreExplicit() {
    return !source.channels().isEmpty();
  }
}
