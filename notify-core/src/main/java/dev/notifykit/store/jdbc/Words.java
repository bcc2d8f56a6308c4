package dev.notifykit.store.jdbc;

import dev.notifykit.internal.Utf8Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What providers and messages say, as every database takes it: PostgreSQL refuses a text with a
 * NUL, and half a surrogate pair is no text at all. One that was refused would be refused again and
 * again, and all that is written with it.
 */
final class Words {
  private static final char REPLACEMENT = '\uFFFD';

  private Words() {}

  static @Nullable String of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String whole =
        Utf8Json.isWellFormed(text)
            ? text
            : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return whole.replace('\0', REPLACEMENT);
  }

  /** Shortens, too: what is too long for its column must not lose what is beside it. */
  static @Nullable String of(@Nullable String text, int longest) {
    return of(text == null || text.length() <= longest ? text : text.substring(0, longest));
  }
}
