package dev.notifykit.email;

import dev.notifykit.message.Attachment;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import jakarta.mail.internet.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Writes one message as MIME (RFC 2045 to 2049), in ASCII but for what it is given as UTF-8 on
 * purpose. Used by one thread, for one message.
 *
 * <p>Not Jakarta Mail's writer, because that looks its encoders up in every jar on the class path
 * for each part anew, which takes longer than all the rest of a mail. Its tokenizers, which look up
 * nothing, are used as they are.
 */
final class MimeWriter {
  /** RFC 2045, section 2.7. */
  private static final int LONGEST_LINE = 998;

  /** A char takes nine bytes at most, such as {@code %ED%95%84}. */
  private static final int LONGEST_WHOLE = 100;

  private static final int PIECE = 16;
  private static final HexFormat HEX = HexFormat.ofDelimiter("%").withUpperCase();

  private final DotStuffed out = new DotStuffed();

  /** Nobody who supplies content can guess it and end a part early. */
  private final String boundary = UUID.randomUUID().toString();

  private int multiparts;

  /** A body with the headers that describe it: a whole message's or one part's. */
  @FunctionalInterface
  interface Part {
    void writeTo(MimeWriter out) throws ParseException;
  }

  /** Returns what was written, which must have ended in a body. */
  DotStuffed out() {
    return out;
  }

  /** Writes a header of free text, encoded (RFC 2047) where ASCII alone would not keep it. */
  void header(String name, String value) {
    if (EncodedWords.needs(value)) {
      words(name, value, "");
    } else {
      structured(name, value);
    }
  }

  /** Writes a header of encoded words and of what comes after them as it is. */
  void words(String name, String value, String rest) {
    line(name + ":" + EncodedWords.of(value, name.length() + 1) + rest);
  }

  /** Writes a header that is fit to be sent as it is, but for its length. */
  void structured(String name, String value) {
    line(name + ": " + MimeUtility.fold(name.length() + 2, value));
  }

  /** Writes text in UTF-8, in the encoding that leaves it most readable. */
  void text(String text, String subtype) {
    byte[] bytes = Texts.withCrlf(text).getBytes(StandardCharsets.UTF_8);
    line("Content-Type: text/" + subtype + "; charset=UTF-8");
    int foreign = nonAscii(bytes);
    if (foreign == 0 && longestLine(bytes) <= LONGEST_LINE) {
      line("Content-Transfer-Encoding: 7bit\r\n");
      out.write(bytes, 0, bytes.length);
    } else if (foreign <= bytes.length / 2) {
      line("Content-Transfer-Encoding: quoted-printable\r\n");
      QuotedPrintable.encode(bytes, out);
    } else {
      base64(bytes);
    }
  }

  /**
   * Writes a file.
   *
   * @throws ParseException if its content type is malformed
   */
  void file(Attachment file, String disposition) throws ParseException {
    ContentType type = new ContentType(file.contentType());
    ParameterList parameters = type.getParameterList();
    parameters = parameters == null ? new ParameterList() : parameters;
    set(parameters, "name", file.fileName()); // for readers that know no disposition
    type.setParameterList(parameters);
    line("Content-Type: " + type);
    ParameterList names = new ParameterList();
    set(names, "filename", file.fileName());
    line("Content-Disposition: " + new ContentDisposition(disposition, names));
    file.contentId().ifPresent(id -> line("Content-ID: <" + id + ">"));
    base64(file.content());
  }

  /**
   * Sets a parameter in any script: whole, which more readers understand, or in pieces (RFC 2231,
   * section 3) where that would be a line longer than mail servers take.
   */
  private static void set(ParameterList parameters, String name, String value) {
    if (Texts.isAscii(value) || value.length() <= LONGEST_WHOLE) {
      parameters.set(name, value, "UTF-8");
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i * PIECE < bytes.length; i++) {
      int end = Math.min(bytes.length, (i + 1) * PIECE);
      String piece = "%" + HEX.formatHex(bytes, i * PIECE, end);
      parameters.set(name + "*" + i + "*", i == 0 ? "UTF-8''" + piece : piece);
    }
    parameters.combineSegments(); // without which none would be written
  }

  /** Writes several parts as one. */
  void multipart(String type, List<Part> parts) throws ParseException {
    // Numbered in front: many readers take a delimiter for another one that it begins with.
    String delimiter = "=_" + multiparts++ + "_" + boundary;
    line("Content-Type: multipart/" + type + ";\r\n\tboundary=\"" + delimiter + "\"");
    for (Part part : parts) {
      line("\r\n--" + delimiter);
      part.writeTo(this);
    }
    line("\r\n--" + delimiter + "--");
  }

  private void base64(byte[] bytes) {
    line("Content-Transfer-Encoding: base64\r\n");
    byte[] encoded = Base64.getMimeEncoder().encode(bytes);
    out.write(encoded, 0, encoded.length);
  }

  private void line(String line) {
    byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  private static int nonAscii(byte[] bytes) {
    int count = 0;
    for (byte b : bytes) {
      count += b < 0 ? 1 : 0;
    }
    return count;
  }

  private static int longestLine(byte[] bytes) {
    int longest = 0;
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\r') {
        longest = Math.max(longest, i - start);
        start = i + 2;
      }
    }
    return longest;
  }
}
