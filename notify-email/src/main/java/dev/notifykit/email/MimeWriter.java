package dev.notifykit.email;

import dev.notifykit.message.Attachment;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import jakarta.mail.internet.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
    parameters.set("name", file.fileName(), "UTF-8"); // for readers that know no disposition
    type.setParameterList(parameters);
    line("Content-Type: " + type);
    ParameterList names = new ParameterList();
    names.set("filename", file.fileName(), "UTF-8");
    line("Content-Disposition: " + new ContentDisposition(disposition, names));
    file.contentId().ifPresent(id -> line("Content-ID: <" + id + ">"));
    base64(file.content());
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
