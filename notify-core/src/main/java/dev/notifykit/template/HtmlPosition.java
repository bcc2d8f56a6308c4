package dev.notifykit.template;

import dev.notifykit.internal.HtmlChars;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where in an HTML document the next character of a template stands, and so which tags may stand
 * there. Escaping makes a value safe in text and in a quoted attribute only; anywhere else a tag is
 * refused when the template is compiled. An attribute that holds an address is bracketed by two
 * marks, between which {@link Output} checks what came out; with the scheme already written in the
 * template the check is done here, once.
 *
 * <p>A section may or may not be rendered, or many times, so it has to end where it started.
 */
final class HtmlPosition {
  enum State {
    TEXT,
    TAG_OPEN,
    TAG_NAME,
    IN_TAG,
    ATTRIBUTE,
    AFTER_ATTRIBUTE,
    BEFORE_VALUE,
    DOUBLE_QUOTED,
    SINGLE_QUOTED,
    UNQUOTED,
    DECLARATION,
    COMMENT,
    /** Inside of script or style. */
    RAW_TEXT,
    /** Right after a section's tag that touched a name: the name must not go on. */
    NAME_ENDED
  }

  /** What has to be the same at both ends of a section. */
  record Snapshot(State state, int element, int attribute) {}

  private static final Set<String> URL_ATTRIBUTES =
      Set.of(
          "href",
          "src",
          "action",
          "formaction",
          "background",
          "poster",
          "cite",
          "data",
          "longdesc",
          "ping",
          "xlink:href");
  private static final Set<String> CODE_ATTRIBUTES = Set.of("srcdoc", "srcset");

  /** What ends a comment if the value before it brings the dashes that are missing. */
  private static final Pattern PERHAPS_END = Pattern.compile("-?!?>");

  private State state;
  private final StringBuilder name = new StringBuilder();
  private String element;
  private boolean closing;
  private int elements;
  private int attributes;

  private String attribute = "";
  private final StringBuilder literal = new StringBuilder();
  private boolean valueSeen;
  private boolean urlOpen;

  private HtmlPosition(State state) {
    this.state = state;
    // A partial inside an attribute is inside its includer's marks.
    this.valueSeen = state != State.TEXT;
    // Of the two that are raw text, a script can hold no partial.
    this.element = state == State.RAW_TEXT ? "style" : "";
  }

  static HtmlPosition start(State state) {
    return new HtmlPosition(state);
  }

  State state() {
    return state;
  }

  /** Goes through literal text and appends it to {@code out}, with marks where they belong. */
  void text(String text, Place place, StringBuilder out) {
    if (state == State.COMMENT && PERHAPS_END.matcher(text).lookingAt()) {
      throw place.error("'>' behind a tag in a comment, which a value could make its end");
    }
    for (int i = 0; i < text.length(); i++) {
      int end = skip(text, i);
      if (end > i) {
        out.append(text, i, end);
        i = end - 1;
        continue;
      }
      char c = text.charAt(i);
      if (urlOpen && c == quote()) {
        FragmentCompiler.tag(out, Mark.END_OF_URL);
        urlOpen = false;
      }
      out.append(c);
      if (!next(c)) {
        throw place
            .in(text, i)
            .error("malformed markup: '=' without a name, or a name glued to a section's tag");
      }
    }
    if (state == State.RAW_TEXT && endsWithinEndTag(text)) {
      throw place.error("'<' right before a tag in a style or script, which it could make an end");
    }
  }

  /** Whether the start of an end tag is the last of a text: a value could go on with it. */
  private boolean endsWithinEndTag(String text) {
    int start = text.lastIndexOf('<');
    return start >= 0
        && ("</" + element).regionMatches(true, 0, text, start, text.length() - start);
  }

  /** Comments and the text of script and style end at a string, not at a character. */
  private int skip(String text, int i) {
    return switch (state) {
      case COMMENT -> endComment(text, i);
      case RAW_TEXT -> until(text, endTag(text, i), 0);
      case TEXT -> text.startsWith("<!--", i) ? startComment(text, i) : i;
      default -> i;
    };
  }

  /** A conditional comment is none: Outlook reads on, and so do we. */
  private int startComment(String text, int i) {
    int body = i + 4;
    if (text.startsWith("[", body)) {
      return i;
    }
    // <!--> and <!---> are whole comments.
    if (text.startsWith(">", body) || text.startsWith("->", body)) {
      return text.indexOf('>', body) + 1;
    }
    state = State.COMMENT;
    return body;
  }

  /** Browsers take {@code --!>} for the end, too. */
  private int endComment(String text, int i) {
    int end = text.indexOf("--", i);
    while (end >= 0 && !text.startsWith(">", end + 2) && !text.startsWith("!>", end + 2)) {
      end = text.indexOf("--", end + 1);
    }
    return until(text, end, text.startsWith("!", end + 2) ? 4 : 3);
  }

  private int until(String text, int end, int length) {
    if (end < 0) {
      return text.length();
    }
    state = State.TEXT;
    return end + length;
  }

  private int endTag(String text, int from) {
    String tag = "</" + element;
    for (int i = from; i + tag.length() <= text.length(); i++) {
      int end = i + tag.length();
      if (text.regionMatches(true, i, tag, 0, tag.length())
          && (end == text.length() || endsName(text.charAt(end)))) {
        return i;
      }
    }
    return -1;
  }

  private char quote() {
    return state == State.SINGLE_QUOTED ? '\'' : '"';
  }

  /** Returns false if the character must not stand here. */
  private boolean next(char c) {
    if ((state == State.IN_TAG && c == '=') || (state == State.NAME_ENDED && !endsName(c))) {
      return false;
    }
    switch (state) {
      case TEXT -> state = c == '<' ? State.TAG_OPEN : State.TEXT;
      case TAG_OPEN -> tagOpen(c);
      case TAG_NAME -> tagName(c);
      case IN_TAG -> inTag(c);
      case AFTER_ATTRIBUTE -> afterAttribute(c);
      case ATTRIBUTE -> attributeName(c);
      case BEFORE_VALUE -> beforeValue(c);
      case DOUBLE_QUOTED, SINGLE_QUOTED -> quoted(c);
      case UNQUOTED -> unquoted(c);
      case DECLARATION -> state = c == '>' ? State.TEXT : state;
      case NAME_ENDED -> inTag(c);
      case COMMENT, RAW_TEXT -> throw new IllegalStateException("skipped as a whole");
    }
    return true;
  }

  private void tagOpen(char c) {
    if (HtmlChars.isLetter(c)) {
      elements++;
      name.setLength(0);
      name.append(c);
      state = State.TAG_NAME;
    } else if (c == '/' && !closing) {
      closing = true;
    } else if (c == '!' || c == '?' || (closing && c != '>')) {
      // Whatever else follows "</" is skipped by browsers, too.
      closing = false;
      state = State.DECLARATION;
    } else {
      closing = false;
      state = c == '<' ? State.TAG_OPEN : State.TEXT;
    }
  }

  private void tagName(char c) {
    if (endsName(c)) {
      element = name();
      endOfName(c);
    } else {
      name.append(c);
    }
  }

  private void inTag(char c) {
    if (endsName(c)) {
      endOfName(c);
    } else {
      name.setLength(0);
      name.append(c);
      state = State.ATTRIBUTE;
    }
  }

  private void afterAttribute(char c) {
    if (c == '=') {
      state = State.BEFORE_VALUE;
    } else if (!HtmlChars.isSpace(c)) {
      inTag(c);
    }
  }

  private void attributeName(char c) {
    if (c == '=') {
      attribute = name();
      state = State.BEFORE_VALUE;
    } else if (HtmlChars.isSpace(c)) {
      attribute = name();
      state = State.AFTER_ATTRIBUTE;
    } else if (endsName(c)) {
      endOfName(c);
    } else {
      name.append(c);
    }
  }

  private static boolean endsName(char c) {
    return c == '>' || c == '/' || HtmlChars.isSpace(c);
  }

  private void endOfName(char c) {
    if (c != '>') {
      state = State.IN_TAG;
      return;
    }
    boolean raw = !closing && (element.equals("script") || element.equals("style"));
    state = raw ? State.RAW_TEXT : State.TEXT;
    closing = false;
  }

  private void beforeValue(char c) {
    if (c == '"' || c == '\'') {
      attributes++;
      literal.setLength(0);
      valueSeen = false;
      state = c == '"' ? State.DOUBLE_QUOTED : State.SINGLE_QUOTED;
    } else if (c == '>') {
      endOfName(c);
    } else if (!HtmlChars.isSpace(c)) {
      state = State.UNQUOTED;
    }
  }

  private void quoted(char c) {
    if (c == quote()) {
      state = State.IN_TAG;
    } else if (!valueSeen) {
      literal.append(c);
    }
  }

  private void unquoted(char c) {
    if (c == '>' || HtmlChars.isSpace(c)) {
      endOfName(c);
    }
  }

  private String name() {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** Comes to a value. */
  void value(boolean raw, Place place, StringBuilder out) {
    requireValuePosition(place);
    if (raw && state != State.TEXT) {
      throw place.error("an unescaped value is allowed in text only; write {{name}}");
    }
    inAttribute(place, out);
  }

  /** Comes to a partial, and returns the state that it starts and has to end in. */
  State partial(Place place, StringBuilder out) {
    requireValuePosition(place);
    if (state == State.COMMENT) {
      throw place.error("a partial inside of a comment");
    }
    inAttribute(place, out);
    return state;
  }

  private void requireValuePosition(Place place) {
    switch (state) {
      case TEXT, COMMENT, DOUBLE_QUOTED, SINGLE_QUOTED -> {}
      case RAW_TEXT -> {
        if (element.equals("script")) {
          throw place.error("a value inside of a script, where escaping does not protect");
        }
      }
      case BEFORE_VALUE, UNQUOTED ->
          throw place.error("a value in an attribute without quotes; write name=\"{{value}}\"");
      default -> throw place.error("a value in the markup of an HTML tag");
    }
  }

  private void inAttribute(Place place, StringBuilder out) {
    if (state != State.DOUBLE_QUOTED && state != State.SINGLE_QUOTED) {
      return;
    }
    if (attribute.startsWith("on") || CODE_ATTRIBUTES.contains(attribute)) {
      throw place.error("a value in the attribute " + attribute + ", where it could be code");
    }
    if (!valueSeen && URL_ATTRIBUTES.contains(attribute)) {
      startUrl(place, out);
    }
    valueSeen = true;
  }

  private void startUrl(Place place, StringBuilder out) {
    switch (UrlScheme.of(literal, 0, literal.length())) {
      case ALLOWED -> {}
      case REFUSED ->
          throw place.error(
              attribute + " has a scheme that is not http, https, mailto or cid before a value");
      case OPEN -> {
        FragmentCompiler.tag(out, Mark.url(literal.length(), attribute, place));
        urlOpen = true;
      }
    }
  }

  /** Comes to a section's first tag. */
  Snapshot open(Place place, StringBuilder out) {
    requireSectionPosition(place);
    inAttribute(place, out);
    return snapshot();
  }

  /** Comes to a section's last tag. */
  void close(Snapshot open, Place place) {
    requireSectionPosition(place);
    boolean inTag = open.state == State.NAME_ENDED || open.state == State.IN_TAG;
    if (inTag && open.state != state && (state == State.IN_TAG || state == State.NAME_ENDED)) {
      state = State.NAME_ENDED;
    }
    if (!sameAs(open, inTag)) {
      throw place.error("a section has to end where it starts: both in text or in the same tag");
    }
  }

  private boolean sameAs(Snapshot open, boolean inTag) {
    if (inTag) {
      return (state == State.NAME_ENDED || state == State.IN_TAG) && open.element == elements;
    }
    return switch (state) {
      case TEXT, COMMENT -> state == open.state;
      case RAW_TEXT -> state == open.state && open.element == elements;
      default -> state == open.state && open.attribute == attributes;
    };
  }

  private void requireSectionPosition(Place place) {
    switch (state) {
      case TEXT, COMMENT, RAW_TEXT, DOUBLE_QUOTED, SINGLE_QUOTED, IN_TAG, NAME_ENDED -> {}
      case TAG_NAME -> {
        element = name();
        state = State.NAME_ENDED;
      }
      case ATTRIBUTE -> state = State.NAME_ENDED;
      case AFTER_ATTRIBUTE -> state = State.IN_TAG;
      default -> throw place.error("a section's tag in the markup of an HTML tag");
    }
  }

  private Snapshot snapshot() {
    return new Snapshot(state, elements, attributes);
  }

  /** Refuses an end elsewhere than at the start: a partial must not leave its attribute. */
  void end(State start, Place place) {
    boolean left = start != State.TEXT && elements + attributes > 0;
    if (state != start || left || urlOpen) {
      throw place.error("the file ends inside of an HTML tag, attribute, comment or script");
    }
  }
}
