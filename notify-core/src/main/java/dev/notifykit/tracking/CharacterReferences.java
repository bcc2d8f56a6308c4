package dev.notifykit.tracking;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Character references in the value of an attribute, as far as addresses have them. */
final class CharacterReferences {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));");
  private static final Map<String, String> NAMED =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

  private CharacterReferences() {}

  /** Returns the text that is meant, or empty if it has a reference we do not know. */
  static Optional<String> decode(String text) {
    if (text.indexOf('&') < 0) {
      return Optional.of(text);
    }
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder out = new StringBuilder(text.length());
    while (matcher.find()) {
      Optional<String> meant = meant(matcher);
      if (meant.isEmpty()) {
        return Optional.empty();
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(meant.get()));
    }
    return Optional.of(matcher.appendTail(out).toString());
  }

  private static Optional<String> meant(Matcher reference) {
    if (reference.group(3) != null) {
      return Optional.ofNullable(NAMED.get(reference.group(3)));
    }
    int codePoint =
        reference.group(1) != null
            ? Integer.parseInt(reference.group(1))
            : Integer.parseInt(reference.group(2), 16);
    return Character.isValidCodePoint(codePoint) && codePoint != 0
        ? Optional.of(Character.toString(codePoint))
        : Optional.empty();
  }
}
