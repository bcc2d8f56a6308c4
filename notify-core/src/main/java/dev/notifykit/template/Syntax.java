package dev.notifykit.template;

import com.samskivert.mustache.Mustache;

/** What a part is written in, and so how a value is escaped in it. */
enum Syntax {
  TEXT,
  HTML,
  JSON;

  Mustache.Escaper escaper() {
    return switch (this) {
      case TEXT -> new Escaper(text -> text);
      case HTML -> new Escaper(Escapes::html);
      case JSON -> new Escaper(Escapes::json);
    };
  }

  /** Returns its argument where there is nothing to escape. */
  private interface Escape {
    CharSequence apply(CharSequence raw);
  }

  /** Escapes values and lets marks through. */
  private record Escaper(Escape escape) implements Mustache.Escaper {
    @Override
    public String escape(String raw) {
      return escape.apply(raw).toString();
    }

    @Override
    public CharSequence escape(CharSequence raw) {
      return raw instanceof Mark ? raw : escape.apply(raw);
    }
  }
}
