package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.policy.Category;
import dev.notifykit.template.Template;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A notification that passed validation, with everything resolved that does not depend on the
 * recipient.
 *
 * @param source what the caller asked for
 * @param tenant the tenant
 * @param template the template, or null when all content is given
 * @param category the category
 * @param channels the channels it may take
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
    Instant now,
    @Nullable Instant dueAt,
    @Nullable Instant expiresAt) {

  /** Returns whether the caller named the channels, so that each one missing is worth a word. */
  boolean channelsAreExplicit() {
    return !source.channels().isEmpty();
  }
}
