package dev.notifykit.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.notifykit.TemplateException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a part, its layout and its partials for the engine. What is checked, it is checked here:
 * tags are balanced, values stand where their escaping protects, partials exist, and the whole has
 * a bounded size however partials include each other.
 *
 * <p>In what the engine gets, tags are delimited by two control characters that no template can
 * hold, so that delimiters an author set, stray braces and text that only looks like a tag mean to
 * the engine what they mean here. A partial is known to the engine by name, depth and the place in
 * HTML where it starts; at the last depth stands a mark that refuses to be rendered.
 */
final class FragmentCompiler {
  /** Deepest nesting of partials. */
  static final int MAX_DEPTH = 16;

  /** Most pieces of a part with its partials written out. */
  static final int MAX_PIECES = 20_000;

  /** Deepest nesting of sections in one file. */
  static final int MAX_SECTIONS = 32;

  private static final char OPEN = '\u0001';
  private static final char CLOSE = '\u0002';
  private static final String BODY = "%body";
  private static final String CONTENT = "content";
  private static final String TRACKED = "tracked";

  /** A value outside of any section. */
  record Use(String name, Place place) {}

  /** A compiled part and the values it cannot do without. */
  record Compiled(Template template, List<Use> uses) {}

  private record Fragment(String text, List<Use> uses, int pieces) {}

  private final Syntax syntax;
  private final Function<String, Optional<SourceFile>> partials;
  private final Map<String, Fragment> fragments = new HashMap<>();

  /**
   * Creates a compiler for one part.
   *
   * @param partials finds a partial by name
   */
  FragmentCompiler(Syntax syntax, Function<String, Optional<SourceFile>> partials) {
    this.syntax = syntax;
    this.partials = partials;
  }

  /** Compiles a part inside of its layout, if it has one. */
  Compiled compile(SourceFile body, @Nullable SourceFile layout) {
    Fragment fragment = new Rewriter(body, HtmlPosition.State.TEXT, 0).rewrite();
    if (layout == null) {
      return new Compiled(engine().compile(fragment.text), fragment.uses);
    }
    fragments.put(BODY, fragment);
    Rewriter rewriter = new Rewriter(layout, HtmlPosition.State.TEXT, 0);
    rewriter.slot = Slot.EXPECTED;
    Fragment whole = rewriter.rewrite();
    if (rewriter.slot != Slot.FILLED) {
      throw new Place(layout.path(), 1).error("a layout needs {{{content}}} for the body");
    }
    return new Compiled(engine().compile(whole.text), whole.uses);
  }

  private Mustache.Compiler engine() {
    return Mustache.compiler()
        .withDelims(OPEN + " " + CLOSE)
        .defaultValue("")
        .emptyStringIsFalse(true)
        .withEscaper(syntax.escaper())
        .withFormatter(Values::format)
        .withCollector(Values.COLLECTOR)
        .withLoader(name -> new StringReader(text(name)));
  }

  private String text(String name) {
    Fragment fragment = fragments.get(name);
    if (fragment == null) {
      throw new TemplateException("template fragment " + name + " is not compiled");
    }
    return fragment.text;
  }

  static void tag(StringBuilder out, String content) {
    out.append(OPEN).append(content).append(CLOSE);
  }

  private Fragment partial(String id, Token token, HtmlPosition.State start, int depth) {
    Fragment known = fragments.get(id);
    if (known == null) {
      SourceFile file =
          partials
              .apply(token.text())
              .orElseThrow(() -> token.place().error("there is no file partials/" + token.text()));
      known = new Rewriter(file, start, depth).rewrite();
      fragments.put(id, known);
    }
    return known;
  }

  private enum Slot {
    NONE,
    EXPECTED,
    FILLED
  }

  private record Section(Token token, HtmlPosition.@Nullable Snapshot html) {
    /** What it holds is always rendered, once: it says only that it is a link. */
    boolean isTracked() {
      return token.text().equals(TRACKED);
    }
  }

  /** One pass over one file. */
  private final class Rewriter {
    private final SourceFile file;
    private final HtmlPosition.State start;
    private final int depth;
    private final @Nullable HtmlPosition html;
    private final StringBuilder out = new StringBuilder();
    private final List<Use> uses = new ArrayList<>();
    private final Deque<Section> sections = new ArrayDeque<>();
    private Slot slot = Slot.NONE;
    private int pieces;

    Rewriter(SourceFile file, HtmlPosition.State start, int depth) {
      this.file = file;
      this.start = start;
      this.depth = depth;
      this.html = syntax == Syntax.HTML ? HtmlPosition.start(start) : null;
    }

    Fragment rewrite() {
      List<Token> tokens = Tokenizer.tokens(file);
      if (depth == 0 && !tokens.isEmpty() && tokens.get(0).kind() == Token.Kind.PARTIAL) {
        commentLine();
      }
      tokens.forEach(this::token);
      if (!sections.isEmpty()) {
        Token open = sections.getLast().token;
        throw open.place().error("the section " + open.text() + " is not closed");
      }
      if (html != null && !tokens.isEmpty()) {
        html.end(start, tokens.get(tokens.size() - 1).place());
      }
      return new Fragment(out.toString(), List.copyOf(uses), pieces);
    }

    /**
     * The engine keeps the line break after a partial that stands alone on the very first line, so
     * none stands there. A comment's line leaves nothing behind.
     */
    private void commentLine() {
      tag(out, "!");
      out.append('\n');
    }

    private void token(Token token) {
      switch (token.kind()) {
        case TEXT -> text(token);
        case VARIABLE -> value(token, "", token.text());
        case RAW -> raw(token);
        case SECTION, INVERTED -> open(token);
        case CLOSE -> close(token);
        case PARTIAL -> partial(token);
        case COMMENT -> tag(out, "!");
      }
    }

    private void text(Token token) {
      add(token, 1);
      if (html == null) {
        out.append(token.text());
      } else {
        html.text(token.text(), token.place(), out);
      }
    }

    private void raw(Token token) {
      if (slot != Slot.NONE && token.text().equals(CONTENT)) {
        body(token);
      } else if (syntax == Syntax.JSON) {
        throw token.place().error("JSON has no unescaped values; write {{" + token.text() + "}}");
      } else {
        value(token, "&", token.text());
      }
    }

    private void value(Token token, String sigil, String name) {
      add(token, 1);
      if (slot != Slot.NONE && name.equals(CONTENT)) {
        throw token.place().error("the body of a layout is {{{content}}}, with three braces");
      }
      if (html != null) {
        html.value(!sigil.isEmpty(), token.place(), out);
      }
      if (isAlwaysRendered()) {
        uses.add(use(token));
      }
      tag(out, sigil + name);
    }

    private Use use(Token token) {
      String name = token.text();
      if (name.equals(".") || name.startsWith("-")) {
        throw token.place().error("{{" + name + "}} has a meaning inside of a section only");
      }
      if (name.equals(Values.RECIPIENT)
          || (name.startsWith(Values.RECIPIENT + ".") && !Values.isRecipientField(name))) {
        throw token.place().error("the recipient has recipient.id and recipient.name");
      }
      return new Use(name, token.place());
    }

    private boolean isAlwaysRendered() {
      return sections.stream().allMatch(Section::isTracked);
    }

    private void requireTrackable(Token token) {
      if (html != null) {
        throw token.place().error("the links of an HTML mail are tracked without {{#tracked}}");
      }
      if (token.kind() == Token.Kind.INVERTED || sections.stream().anyMatch(Section::isTracked)) {
        throw token.place().error("{{#tracked}} stands around one link, and has no opposite");
      }
    }

    private void open(Token token) {
      add(token, 1);
      if (token.text().equals(TRACKED)) {
        requireTrackable(token);
      }
      if (sections.size() == MAX_SECTIONS) {
        throw token.place().error("sections are nested deeper than " + MAX_SECTIONS);
      }
      Section section = new Section(token, html == null ? null : html.open(token.place(), out));
      sections.addLast(section);
      tag(
          out,
          section.isTracked()
              ? Mark.TRACKED
              : (token.kind() == Token.Kind.SECTION ? "#" : "^") + token.text());
    }

    private void close(Token token) {
      Section open = sections.pollLast();
      if (open == null || !open.token.text().equals(token.text())) {
        throw token
            .place()
            .error(
                open == null
                    ? "{{/" + token.text() + "}} closes no section"
                    : "{{/"
                        + token.text()
                        + "}} stands where {{/"
                        + open.token.text()
                        + "}} was expected");
      }
      if (html != null && open.html != null) {
        html.close(open.html, token.place());
      }
      tag(out, open.isTracked() ? Mark.END_OF_TRACKED : "/" + token.text());
    }

    private void partial(Token token) {
      HtmlPosition.State inner =
          html == null ? HtmlPosition.State.TEXT : html.partial(token.place(), out);
      if (depth == MAX_DEPTH) {
        add(token, 1);
        tag(out, Mark.TOO_DEEP);
        return;
      }
      String id = token.text() + " " + (depth + 1) + " " + inner;
      Fragment fragment = FragmentCompiler.this.partial(id, token, inner, depth + 1);
      include(token, fragment, id);
    }

    /** An empty one is left out: including it would be work that no step counts. */
    private void include(Token token, Fragment fragment, String id) {
      add(token, fragment.pieces);
      if (isAlwaysRendered()) {
        uses.addAll(fragment.uses);
      }
      tag(out, fragment.pieces == 0 ? "!" : ">" + id);
    }

    private void body(Token token) {
      if (slot == Slot.FILLED || !sections.isEmpty()) {
        throw token.place().error("a layout has {{{content}}} once, outside of any section");
      }
      if (html != null && html.state() != HtmlPosition.State.TEXT) {
        throw token.place().error("{{{content}}} belongs between HTML tags");
      }
      slot = Slot.FILLED;
      Fragment body = fragments.get(BODY);
      if (body != null) {
        include(token, body, BODY);
        // Not alone on its line: the body's lines are not to be indented.
        tag(out, Mark.NOTHING);
      }
    }

    private void add(Token token, int count) {
      pieces += count;
      if (pieces > MAX_PIECES) {
        throw token
            .place()
            .error("with its partials the template has more than " + MAX_PIECES + " pieces");
      }
    }
  }
}
