package dev.notifykit.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folders to look in for a locale, by the look-up of RFC 4647 section 3.4 over its language,
 * script and region. Variants and extensions choose no folder.
 */
final class Locales {
  /** The script that readers of Chinese in these places expect where none is given. */
  private static final Map<String, String> CHINESE_SCRIPTS =
      Map.of("TW", "Hant", "HK", "Hant", "MO", "Hant", "CN", "Hans", "SG", "Hans");

  private Locales() {}

  /** Returns language tags, the most specific first, and last the empty one for the default. */
  static List<String> folders(@Nullable Locale locale) {
    List<String> folders = new ArrayList<>(4);
    if (locale != null) {
      addTags(folders, locale);
    }
    folders.add("");
    return List.copyOf(folders);
  }

  private static void addTags(List<String> folders, Locale locale) {
    // As a tag it has neither dots nor slashes, whatever the locale was made from.
    Locale clean = Locale.forLanguageTag(locale.toLanguageTag());
    if (clean.getLanguage().isEmpty()) {
      return;
    }
    addTag(folders, clean, clean.getScript(), clean.getCountry());
    if (clean.getLanguage().equals("zh")) {
      addChinese(folders, clean);
    }
    addTag(folders, clean, clean.getScript(), "");
    addTag(folders, clean, "", "");
  }

  /** Devices say {@code zh-Hant-TW} where people say {@code zh-TW}: both mean the same. */
  private static void addChinese(List<String> folders, Locale locale) {
    String script = CHINESE_SCRIPTS.getOrDefault(locale.getCountry(), "");
    if (locale.getScript().isEmpty() || locale.getScript().equals(script)) {
      addTag(folders, locale, script, locale.getCountry());
      addTag(folders, locale, "", locale.getCountry());
      addTag(folders, locale, script, "");
    }
  }

  private static void addTag(List<String> folders, Locale locale, String script, String region) {
    Locale.Builder tag = new Locale.Builder().setLanguage(locale.getLanguage());
    String folder = tag.setScript(script).setRegion(region).build().toLanguageTag();
    if (!folders.contains(folder)) {
      folders.add(folder);
    }
  }
}
