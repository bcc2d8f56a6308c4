package dev.notifykit.template;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text literal text, or the name in a tag
 * @param place where it starts
 */
record Token(Kind kind, String text, Place place) {
  enum Kind {
    TEXT,
    VARIABLE,
    RAW,
    SECTION,
    INVERTED,
    CLOSE,
    PARTIAL,
    /** A comment or a change of delimiters: nothing but the line it may stand alone on. */
    COMMENT
  }
}
