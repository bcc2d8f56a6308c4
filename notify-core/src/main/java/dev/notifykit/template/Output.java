package dev.notifykit.template;

import com.samskivert.mustache.Template;
import dev.notifykit.TemplateException;
import java.io.Writer;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Where a part is written, and the limits on it. One per thread, so that its buffer has the right
 * size from the second rendering on; the engine offers no other way from a section to its
 * rendering.
 */
final class Output extends Writer {
  /** Most bytes of a part in UTF-8. */
  static final int MAX_BYTES = 256 * 1024;

  /** Most pieces of text, values, sections and list elements of a part: what bounds the time. */
  static final int MAX_STEPS = 250_000;

  private static final int KEPT_CAPACITY = 32 * 1024;

  /**
   * Weakly, for the thread may be a container's and outlive the application that rendered by it:
   * what a thread holds keeps the application's classes in memory.
   */
  private static final ThreadLocal<@Nullable WeakReference<Output>> CURRENT = new ThreadLocal<>();

  private StringBuilder text = new StringBuilder(2048);
  private String part = "";
  private int steps;
  private Mark.@Nullable Url url;
  private int urlStart;
  private Links links = Links.NONE;
  private int linkStart;

  private Output() {}

  /** Renders a part; {@code part} names it in messages. */
  static String render(Template template, Values values, String part) {
    return current().run(template, values, part);
  }

  private static Output current() {
    WeakReference<Output> known = CURRENT.get();
    Output output = known == null ? null : known.get();
    if (output == null) {
      output = new Output();
      CURRENT.set(new WeakReference<>(output));
    }
    return output;
  }

  /** Counts a section and its elements. */
  static void count(int elements) {
    current().step(1 + elements);
  }

  private String run(Template template, Values values, String name) {
    part = name;
    steps = 0;
    url = null;
    links = values.links();
    text.setLength(0);
    try {
      template.execute(values, this);
      requireSize();
      return text.toString();
    } finally {
      links = Links.NONE;
      if (text.capacity() > KEPT_CAPACITY) {
        text = new StringBuilder(2048);
      }
    }
  }

  @Override
  public Writer append(CharSequence value) {
    step(1);
    Mark mark = Mark.from(value);
    if (mark != null) {
      mark.apply(this);
    } else {
      if (text.length() + value.length() > MAX_BYTES) {
        throw tooLarge();
      }
      text.append(value);
    }
    return this;
  }

  @Override
  public void write(char[] chars, int offset, int length) {
    append(new String(chars, offset, length));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  void startUrl(Mark.Url mark) {
    url = mark;
    urlStart = text.length() - mark.literalBefore;
  }

  void endUrl() {
    Mark.Url mark = url;
    url = null;
    if (mark != null && UrlScheme.of(text, urlStart, text.length()) == UrlScheme.REFUSED) {
      throw mark.place.error(
          mark.attribute + " would get a scheme that is not http, https, mailto or cid");
    }
  }

  void startTracked() {
    linkStart = text.length();
  }

  void endTracked() {
    String link = links.tracked(text.substring(linkStart));
    text.setLength(linkStart);
    text.append(link);
  }

  TemplateException error(String problem) {
    return new TemplateException(part + ": " + problem);
  }

  private void step(int count) {
    steps += count;
    if (steps > MAX_STEPS) {
      throw error("takes more than " + MAX_STEPS + " steps to render");
    }
  }

  /** Three bytes are the most a character takes, so that short text need not be measured. */
  private void requireSize() {
    if (text.length() > MAX_BYTES / 3 && Utf8.size(text) > MAX_BYTES) {
      throw tooLarge();
    }
  }

  private TemplateException tooLarge() {
    return error("is larger than " + MAX_BYTES + " bytes");
  }
}
