package dev.notifykit.template;

import dev.notifykit.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A file as it was read.
 *
 * @param path where, for messages
 * @param text what, with line feeds only
 */
record SourceFile(String path, String text) {
  private static final Pattern PATH =
      Pattern.compile("(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._-]{1,200}(/[A-Za-z0-9._-]{1,200}){0,9}");

  static boolean isPath(String path) {
    return PATH.matcher(path).matches();
  }

  static void requirePath(String path) {
    if (!isPath(path)) {
      throw new TemplateException("the path of a template file is malformed");
    }
  }

  /** Reads a stream of UTF-8 that is not larger than a template may be. */
  static String decode(String path, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(TemplateSource.MAX_FILE_BYTES + 1);
    requireSize(path, bytes.length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TemplateException("template file " + path + " is not UTF-8", e);
    }
  }

  /** Takes any source's text: checks it again, for a source can be the application's own. */
  static SourceFile of(String path, String text) {
    requireSize(path, Utf8.size(text));
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    SourceFile file = new SourceFile(path, unmarked.replace("\r\n", "\n"));
    file.requireText();
    return file;
  }

  /** Without the line breaks at its end, which an editor adds and a subject must not have. */
  SourceFile trimmed() {
    return new SourceFile(path, text.stripTrailing());
  }

  private static void requireSize(String path, int bytes) {
    if (bytes > TemplateSource.MAX_FILE_BYTES) {
      throw new TemplateException(
          "template file " + path + " is larger than " + TemplateSource.MAX_FILE_BYTES + " bytes");
    }
  }

  /** Controls have no place in a template, and two of them are its delimiters once rewritten. */
  private void requireText() {
    int line = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
      } else if (Character.isISOControl(c) && c != '\t') {
        throw new Place(path, line).error("has the control character U+%04X".formatted((int) c));
      }
    }
  }
}
