package dev.notifykit.template;

import dev.notifykit.TemplateException;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a template says about itself in {@code template.properties}.
 *
 * @param category the category's name, or null
 * @param layout the layout's name, or null
 * @param parameters what has to be given; null if it does not say
 * @param optional what may be missing
 * @param tracksLinks whether links may be tracked
 */
record Manifest(
    @Nullable String category,
    @Nullable String layout,
    @Nullable Set<String> parameters,
    Set<String> optional,
    boolean tracksLinks) {
  static final String FILE_NAME = "template.properties";
  static final Manifest NONE = new Manifest(null, null, null, Set.of(), true);

  private static final Set<String> KEYS =
      Set.of("category", "layout", "parameters", "optional", "tracking");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,199}");

  static Manifest parse(SourceFile file) {
    Properties properties = load(file);
    Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw error(file, "has the unknown keys " + unknown + "; known are " + new TreeSet<>(KEYS));
    }
    String parameters = properties.getProperty("parameters");
    Set<String> optional = names(file, properties.getProperty("optional", ""));
    Set<String> required = parameters == null ? null : names(file, parameters);
    if (required != null && !Collections.disjoint(required, optional)) {
      throw error(file, "has a name in both parameters and optional");
    }
    return new Manifest(
        name(file, properties, "category"),
        name(file, properties, "layout"),
        required,
        optional,
        tracksLinks(file, properties.getProperty("tracking", "on").strip()));
  }

  private static boolean tracksLinks(SourceFile file, String value) {
    if (!value.equals("on") && !value.equals("off")) {
      throw error(file, "has a tracking that is neither on nor off");
    }
    return value.equals("on");
  }

  /** Returns whether a name, or the map it is in, is declared as optional. */
  boolean isOptional(String name) {
    return covers(optional, name);
  }

  /** Returns whether a name may be used at all: anything may be if nothing is declared. */
  boolean isDeclared(String name) {
    return parameters == null || covers(parameters, name) || isOptional(name);
  }

  private static boolean covers(Set<String> declared, String name) {
    return declared.stream().anyMatch(d -> name.equals(d) || name.startsWith(d + "."));
  }

  private static Properties load(SourceFile file) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(file.text()));
    } catch (IOException | IllegalArgumentException e) {
      throw error(file, "has a malformed escape");
    }
    return properties;
  }

  private static Set<String> names(SourceFile file, String list) {
    Set<String> names = new LinkedHashSet<>();
    Arrays.stream(list.split(",")).map(String::strip).filter(n -> !n.isEmpty()).forEach(names::add);
    names.forEach(name -> requireName(file, name));
    return names;
  }

  private static @Nullable String name(SourceFile file, Properties properties, String key) {
    String value = properties.getProperty(key);
    return value == null ? null : requireName(file, value.strip());
  }

  private static String requireName(SourceFile file, String name) {
    if (!NAME.matcher(name).matches()) {
      throw error(file, "has a malformed name");
    }
    return name;
  }

  private static TemplateException error(SourceFile file, String problem) {
    return new TemplateException("template file " + file.path() + " " + problem);
  }
}
