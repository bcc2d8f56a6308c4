package dev.notifykit.template;

import dev.notifykit.TemplateException;

/** A line of a file, for messages. */
record Place(String path, int line) {
  TemplateException error(String problem) {
    return new TemplateException("template file " + path + ", line " + line + ": " + problem);
  }

  /** The place where the character at {@code index} of a text that starts here is. */
  Place in(String text, int index) {
    int lines = (int) text.chars().limit(index).filter(c -> c == '\n').count();
    return lines == 0 ? this : new Place(path, line + lines);
  }
}
