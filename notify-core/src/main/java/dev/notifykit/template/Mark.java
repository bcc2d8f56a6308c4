package dev.notifykit.template;

import org.jspecify.annotations.Nullable;

/** Something that stands in the stream of values but is an instruction to {@link Output}. */
abstract class Mark implements CharSequence {
  /** Before the name of a tag that our rewriting adds; no author can write it. */
  static final char PREFIX = '%';

  static final String NOTHING = PREFIX + "nothing";
  static final String END_OF_URL = PREFIX + "end";
  static final String TOO_DEEP = PREFIX + "deep";
  static final String TRACKED = PREFIX + "tracked";
  static final String END_OF_TRACKED = PREFIX + "untracked";

  private static final String URL = PREFIX + "url:";

  /** What the engine makes of any mark in a tag that does not escape; known by its identity. */
  @SuppressWarnings("StringOperationCanBeSimplified")
  private static final String TEXT = new String("Mark");

  private static final Mark END =
      new Mark() {
        @Override
        void apply(Output out) {
          out.endUrl();
        }
      };

  private static final Mark DEEP =
      new Mark() {
        @Override
        void apply(Output out) {
          throw out.error("partials are nested deeper than " + FragmentCompiler.MAX_DEPTH);
        }
      };

  private static final Mark START_OF_LINK =
      new Mark() {
        @Override
        void apply(Output out) {
          out.startTracked();
        }
      };

  private static final Mark END_OF_LINK =
      new Mark() {
        @Override
        void apply(Output out) {
          out.endTracked();
        }
      };

  /** A list or a map where text belongs. */
  static final Mark NO_TEXT =
      new Mark() {
        @Override
        void apply(Output out) {
          throw out.error("a list or a map stands where text belongs");
        }
      };

  abstract void apply(Output out);

  /** Returns the mark that a piece of output is, or null if it is just text. */
  @SuppressWarnings("ReferenceEquality")
  static @Nullable Mark from(CharSequence value) {
    if (value instanceof Mark mark) {
      return mark;
    }
    // Our own tags escape, so that only an author's {{{list}}} comes here as a string.
    return value == TEXT ? NO_TEXT : null;
  }

  /** Returns the value of a tag that rewriting added. */
  static CharSequence named(String name) {
    return switch (name) {
      case NOTHING -> "";
      case END_OF_URL -> END;
      case TOO_DEEP -> DEEP;
      case TRACKED -> START_OF_LINK;
      case END_OF_TRACKED -> END_OF_LINK;
      default -> Url.parse(name);
    };
  }

  /** Returns the name of the tag before the first value in an attribute that holds an address. */
  static String url(int literalBefore, String attribute, Place place) {
    return URL + literalBefore + ":" + attribute + ":" + place.line() + ":" + place.path();
  }

  @Override
  public final int length() {
    return 1;
  }

  @Override
  public final char charAt(int index) {
    return PREFIX;
  }

  @Override
  public final CharSequence subSequence(int start, int end) {
    return this;
  }

  @Override
  public final String toString() {
    return TEXT;
  }

  /** From here on, and {@link #literalBefore} characters back, is an address. */
  static final class Url extends Mark {
    final int literalBefore;
    final String attribute;
    final Place place;

    private Url(int literalBefore, String attribute, Place place) {
      this.literalBefore = literalBefore;
      this.attribute = attribute;
      this.place = place;
    }

    private static Url parse(String name) {
      String[] parts = name.substring(URL.length()).split(":", 4);
      Place place = new Place(parts[3], Integer.parseInt(parts[2]));
      return new Url(Integer.parseInt(parts[0]), parts[1], place);
    }

    @Override
    void apply(Output out) {
      out.startUrl(this);
    }
  }
}
