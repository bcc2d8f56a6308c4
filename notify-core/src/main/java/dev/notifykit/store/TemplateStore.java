package dev.notifykit.store;

import java.util.List;
import java.util.Optional;

/** Versions of template files, one of each active. Thread-safe. */
public interface TemplateStore {
  /**
   * Adds a version and makes it the active one.
   *
   * @param path such as {@code order-shipped/ko/email.html}
   * @param text the template
   * @return the version, from 1
   */
  int publish(String path, String text);

  /**
   * Makes an older version active again.
   *
   * @param path the path
   * @param version the version
   * @return whether it exists
   */
  boolean activate(String path, int version);

  /**
   * Returns the active version's text.
   *
   * @param path the path
   */
  Optional<String> read(String path);

  /**
   * Returns the versions there are, oldest first.
   *
   * @param path the path
   */
  List<Integer> versions(String path);
}
