package dev.notifykit.spring.boot;

import dev.notifykit.ConfigurationException;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;

/** Hands properties to builders, and says which property it was when a builder refuses. */
final class Options {
  // What follows is prose, where "from 1 to 100" is no option.
  private static final Pattern BOUNDS = Pattern.compile("; it must .*");

  private Options() {}

  /** Sets an option whose property is set; the builder's own default stands for all others. */
  static <T> void set(@Nullable T value, Consumer<T> option) {
    if (value != null) {
      option.accept(value);
    }
  }

  /**
   * Builds from properties.
   *
   * @param prefix what the properties' names begin with
   * @param properties the record that holds them
   * @param builder reads them and builds
   * @throws PropertyRefusedException if the builder refuses, naming the properties it spoke of
   */
  static <T> T build(String prefix, Class<? extends Record> properties, Supplier<T> builder) {
    try {
      return builder.get();
    } catch (ConfigurationException | InvalidNotificationException e) {
      throw refused(prefix, properties, e);
    }
  }

  private static PropertyRefusedException refused(
      String prefix, Class<? extends Record> properties, NotificationException e) {
    String message = String.valueOf(e.getMessage());
    List<String> words =
        Arrays.asList(BOUNDS.matcher(message).replaceFirst("").split("[^A-Za-z]+"));
    List<String> named = new ArrayList<>();
    for (RecordComponent component : properties.getRecordComponents()) {
      String name = component.getName();
      // A list is named in the plural, its builder's method in the singular.
      if (words.contains(name)
          || (name.endsWith("s") && words.contains(name.substring(0, name.length() - 1)))) {
        named.add(prefix + "." + dashed(name));
      }
    }
    return new PropertyRefusedException(named.isEmpty() ? List.of(prefix) : named, message, e);
  }

  /** Returns a name as properties are written: {@code pool-size} for {@code poolSize}. */
  static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a text that is given itself or as a file, or null if neither is.
   *
   * @throws PropertyRefusedException if both are, or the file cannot be read
   */
  static @Nullable String text(String property, @Nullable String text, @Nullable Resource file) {
    String location = property + "-location";
    if (text != null && file != null) {
      throw new PropertyRefusedException(
          List.of(property, location), "both are set; set one of them", null);
    }
    return file == null ? text : new String(bytes(location, file), StandardCharsets.UTF_8);
  }

  /**
   * Returns a secret that is given in Base64, or null if it is not given.
   *
   * @throws PropertyRefusedException if it is no Base64; its text is not shown
   */
  static byte @Nullable [] secret(String property, @Nullable String text) {
    try {
      return text == null ? null : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new PropertyRefusedException(List.of(property), "it is not Base64", null);
    }
  }

  /**
   * Returns a file's content.
   *
   * @throws PropertyRefusedException if it cannot be read; its name is not shown, for it may be the
   *     secret itself, given by mistake
   */
  static byte[] bytes(String property, Resource file) {
    try {
      return file.getContentAsByteArray();
    } catch (IOException | UncheckedIOException e) {
      throw new PropertyRefusedException(
          List.of(property), "its file cannot be read: " + e.getClass().getSimpleName(), null);
    }
  }
}
