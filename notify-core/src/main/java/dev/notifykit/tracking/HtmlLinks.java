package dev.notifykit.tracking;

import dev.notifykit.internal.HtmlChars;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces where the links of an HTML document lead: the {@code href} of {@code a} and {@code
 * area}. One pass over the text; whatever it does not understand it copies. Comments, and what is
 * inside of {@code script}, {@code style}, {@code title} and {@code textarea}, are no markup.
 */
final class HtmlLinks {
  private static final String OPT_OUT = "data-notify-track";
  private static final Set<String> LINKS = Set.of("a", "area");
  private static final Set<String> RAW_TEXT = Set.of("script", "style", "title", "textarea");

  private final String html;
  private final UnaryOperator<String> replace;
  private final StringBuilder out;
  private int copied;
  private int at;

  private HtmlLinks(String html, UnaryOperator<String> replace) {
    this.html = html;
    this.replace = replace;
    this.out = new StringBuilder(html.length() + 1024);
  }

  /**
   * Returns a document with other links.
   *
   * @param html the document
   * @param replace given an address without character references; returns another, or the same
   */
  static String replace(String html, UnaryOperator<String> replace) {
    return new HtmlLinks(html, replace).run();
  }

  /** Returns a document with an image at the end of its body. */
  static String withImage(String html, String url) {
    int where = endOfBody(html);
    return html.substring(0, where)
        + "<img src=\""
        + url
        + "\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block\">"
        + html.substring(where);
  }

  /** Not by a copy in lower case: some letters are longer there. */
  private static int endOfBody(String html) {
    int end = html.lastIndexOf("</");
    while (end >= 0 && !html.regionMatches(true, end, "</body", 0, 6)) {
      end = html.lastIndexOf("</", end - 1);
    }
    return end < 0 ? html.length() : end;
  }

  private String run() {
    while ((at = html.indexOf('<', at)) >= 0) {
      if (html.startsWith("<!--", at)) {
        comment();
      } else if (at + 1 < html.length() && HtmlChars.isLetter(html.charAt(at + 1))) {
        at++;
        tag();
      } else {
        at++;
      }
    }
    return copied == 0 ? html : out.append(html, copied, html.length()).toString();
  }

  /**
   * A conditional comment is none: Outlook reads on, and so do we. {@code <!-->} is one as a whole,
   * as it follows the condition of what all others but Outlook are to see.
   */
  private void comment() {
    int body = at + 4;
    int end = html.startsWith("[", body) ? body : html.indexOf("-->", at + 2);
    at = end < 0 ? html.length() : end;
  }

  private void tag() {
    String name = name();
    Attribute href = null;
    boolean tracked = true;
    for (Attribute a = attribute(); a != null; a = attribute()) {
      if (a.name.equals("href") && href == null) {
        href = a;
      }
      tracked &= !(a.name.equals(OPT_OUT) && html.substring(a.from, a.to).equals("off"));
    }
    if (href != null && href.from < href.to && tracked && LINKS.contains(name)) {
      replace(href);
    }
    if (RAW_TEXT.contains(name)) {
      skipTo("</" + name);
    }
  }

  private String name() {
    int from = at;
    while (at < html.length() && !endsName(html.charAt(at))) {
      at++;
    }
    return html.substring(from, at).toLowerCase(Locale.ROOT);
  }

  private static boolean endsName(char c) {
    return c == '>' || c == '/' || c == '=' || HtmlChars.isSpace(c);
  }

  /** An attribute's name, and where its value stands without its quotes. */
  private record Attribute(String name, int from, int to, boolean isQuoted) {}

  /** Returns the next attribute of a tag, or null at its end. */
  private @Nullable Attribute attribute() {
    while (at < html.length() && (HtmlChars.isSpace(html.charAt(at)) || html.charAt(at) == '/')) {
      at++;
    }
    if (at == html.length() || html.charAt(at) == '>') {
      return null;
    }
    // A name may begin with '='; that is an error in the document, and no end of it.
    int start = at;
    String name = html.charAt(at++) == '=' ? "=" : rest(start);
    skipSpace();
    if (at == html.length() || html.charAt(at) != '=' || name.equals("=")) {
      return new Attribute(name, at, at, false);
    }
    at++;
    skipSpace();
    return value(name);
  }

  private String rest(int start) {
    at = start;
    return name();
  }

  private void skipSpace() {
    while (at < html.length() && HtmlChars.isSpace(html.charAt(at))) {
      at++;
    }
  }

  private Attribute value(String name) {
    char quote = at < html.length() ? html.charAt(at) : '>';
    if (quote == '"' || quote == '\'') {
      int from = at + 1;
      int end = html.indexOf(quote, from);
      int to = end < 0 ? html.length() : end;
      at = Math.min(html.length(), to + 1);
      return new Attribute(name, from, to, true);
    }
    int from = at;
    while (at < html.length() && html.charAt(at) != '>' && !HtmlChars.isSpace(html.charAt(at))) {
      at++;
    }
    return new Attribute(name, from, at, false);
  }

  private void replace(Attribute href) {
    Optional<String> address = CharacterReferences.decode(html.substring(href.from, href.to));
    String other = address.map(replace).orElse("");
    if (address.isEmpty() || other.equals(address.get())) {
      return;
    }
    out.append(html, copied, href.from);
    String written = other.replace("&", "&amp;").replace("\"", "&quot;").replace("'", "&#39;");
    out.append(href.isQuoted ? written : '"' + written + '"');
    copied = href.to;
  }

  private void skipTo(String tag) {
    while (at < html.length() && !html.regionMatches(true, at, tag, 0, tag.length())) {
      at++;
    }
  }
}
