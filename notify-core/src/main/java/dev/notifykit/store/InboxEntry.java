package dev.notifykit.store;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a recipient's in-app inbox.
 *
 * @param id the delivery's id
 * @param title the title
 * @param body the body, or null
 * @param link what opens on a tap, or null
 * @param data the values the app gets with it
 * @param category the category
 * @param createdAt when it was written
 * @param readAt when it was read, or null
 */
public record InboxEntry(
    UUID id,
    String title,
    @Nullable String body,
    @Nullable String link,
    Map<String, String> data,
    String category,
    Instant createdAt,
    @Nullable Instant readAt) {
  /** Returns the id only. */
  @Override
  public String toString() {
    return "InboxEntry[" + id + "]";
  }
}
