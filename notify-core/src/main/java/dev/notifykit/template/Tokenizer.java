package dev.notifykit.template;

import dev.notifykit.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Splits Mustache into text and tags, stricter than the engine: what it cannot read it refuses. */
final class Tokenizer {
  private static final Pattern NAME =
      Pattern.compile("\\.|-first|-last|-index|[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,199}");
  private static final Pattern EMPTY_STEP = Pattern.compile("\\.\\.|.\\.$");
  private static final Pattern PARTIAL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  private static final Pattern DELIMITERS = Pattern.compile("([^\\s=]{1,8})\\s+([^\\s=]{1,8})");

  private final SourceFile file;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private String open = "{{";
  private String close = "}}";
  private int at;
  private int line = 1;

  private Tokenizer(SourceFile file) {
    this.file = file;
    this.text = file.text();
  }

  static List<Token> tokens(SourceFile file) {
    return new Tokenizer(file).run();
  }

  private List<Token> run() {
    for (int tag = text.indexOf(open); tag >= 0; tag = text.indexOf(open, at)) {
      literal(tag);
      tag();
    }
    literal(text.length());
    return tokens;
  }

  private void literal(int end) {
    if (end > at) {
      tokens.add(new Token(Kind.TEXT, text.substring(at, end), place()));
      advance(end);
    }
  }

  private void tag() {
    Place place = place();
    int from = at + open.length();
    char sigil = from < text.length() ? text.charAt(from) : ' ';
    String ending = ending(sigil);
    int end = text.indexOf(ending, ending.equals(close) ? from : from + 1);
    if (end < 0) {
      throw place.error("a tag is not closed; expected " + ending);
    }
    String body = text.substring(from, end).strip();
    if (body.startsWith("=")) {
      delimiters(body.substring(1).strip(), place);
    }
    tokens.add(token(body, place));
    advance(end + ending.length());
  }

  private String ending(char sigil) {
    return switch (sigil) {
      case '{' -> open.equals("{{") ? "}}}" : close;
      case '=' -> "=" + close;
      default -> close;
    };
  }

  private Token token(String body, Place place) {
    if (body.isEmpty()) {
      throw place.error("a tag is empty");
    }
    String rest = body.substring(1).strip();
    return switch (body.charAt(0)) {
      case '!', '=' -> new Token(Kind.COMMENT, "", place);
      case '#' -> named(Kind.SECTION, rest, place);
      case '^' -> named(Kind.INVERTED, rest, place);
      case '/' -> named(Kind.CLOSE, rest, place);
      case '&', '{' -> named(Kind.RAW, rest, place);
      case '>' -> partial(rest, place);
      case '<', '$' -> throw place.error("template inheritance is not supported; use a layout");
      default -> named(Kind.VARIABLE, body, place);
    };
  }

  private static Token named(Kind kind, String name, Place place) {
    if (name.equals("this") || name.startsWith("this.")) {
      throw place.error("'this' is not a name; use {{.}}");
    }
    if (!NAME.matcher(name).matches() || EMPTY_STEP.matcher(name).find()) {
      throw place.error("a tag has a malformed name");
    }
    return new Token(kind, name, place);
  }

  private static Token partial(String name, Place place) {
    if (!PARTIAL.matcher(name).matches()) {
      throw place.error("a partial has a malformed name; write {{>name}}");
    }
    return new Token(Kind.PARTIAL, name, place);
  }

  private void delimiters(String both, Place place) {
    var matcher = DELIMITERS.matcher(both);
    if (!matcher.matches()) {
      throw place.error("malformed delimiters; write {{=<% %>=}}");
    }
    // The tag itself still ends with the old ones, which its caller has already found.
    open = matcher.group(1);
    close = matcher.group(2);
  }

  private Place place() {
    return new Place(file.path(), line);
  }

  private void advance(int end) {
    for (int i = at; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    at = end;
  }
}
