package dev.notifykit.template;

import com.samskivert.mustache.Mustache;

/** What a part is written in, and so how a value is escaped in it. */
enum Syntax {
  TEXT(text -> text),
  HTML(Escapes::html),
  JSON(Escapes::json);

  private final Mustache.Escaper escaper;

  Syntax(Escape escape) {
    this.escaper =
        new Mustache.Escaper() {
          @Override
          public String escape(String raw) {
            return escape.apply(raw).toString();
          }

          @Override
          public CharSequence escape(CharSequence raw) {
            return raw instanceof Mark ? raw : escape.apply(raw);
          }
        };
  }

  Mustache.Escaper escaper() {
    return escaper;
  }

  /** Returns its argument where there is nothing to escape. */
  private interface Escape {
    CharSequence apply(CharSequence raw);
  }
}
