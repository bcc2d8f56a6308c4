package dev.notifykit.test.smtp;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** A mail as a {@link FakeSmtpServer} received it. Immutable. */
public final class ReceivedMail {
  private static final Session SESSION = Session.getInstance(new Properties());

  private final String sender;
  private final List<String> recipients;
  private final byte[] raw;

  ReceivedMail(String sender, List<String> recipients, byte[] raw) {
    this.sender = sender;
    this.recipients = List.copyOf(recipients);
    this.raw = raw.clone();
  }

  /** Returns the envelope's sender. */
  public String sender() {
    return sender;
  }

  /** Returns the envelope's recipients, in the order they were named. */
  public List<String> recipients() {
    return recipients;
  }

  /** Returns the bytes between DATA and the final dot, without dot-stuffing. */
  public byte[] raw() {
    return raw.clone();
  }

  /** Returns the header block as it came, encoded and folded. */
  public String headers() {
    String all = new String(raw, StandardCharsets.UTF_8);
    int end = all.indexOf("\r\n\r\n");
    return end < 0 ? all : all.substring(0, end + 2);
  }

  /** Returns the decoded, unfolded value of a header, or empty if it is missing. */
  public Optional<String> header(String name) {
    try {
      String[] values = message().getHeader(name);
      return values == null
          ? Optional.empty()
          : Optional.of(MimeUtility.decodeText(MimeUtility.unfold(values[0])));
    } catch (MessagingException | IOException e) {
      throw malformed(e);
    }
  }

  /** Returns the decoded subject; empty text if there is none. */
  public String subject() {
    return header("Subject").orElse("");
  }

  /** Returns the decoded plain text part, if there is one. */
  public Optional<String> text() {
    return content("text/plain");
  }

  /** Returns the decoded HTML part, if there is one. */
  public Optional<String> html() {
    return content("text/html");
  }

  private Optional<String> content(String type) {
    for (Part part : parts()) {
      try {
        if (part.isMimeType(type) && part.getFileName() == null) {
          return Optional.of((String) part.getContent());
        }
      } catch (MessagingException | IOException e) {
        throw malformed(e);
      }
    }
    return Optional.empty();
  }

  /** Returns the decoded names of the files and inline images, in their order. */
  public List<String> fileNames() {
    List<String> names = new ArrayList<>();
    for (Part part : parts()) {
      try {
        if (part.getFileName() != null) {
          names.add(part.getFileName());
        }
      } catch (MessagingException e) {
        throw malformed(e);
      }
    }
    return Collections.unmodifiableList(names);
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    try {
      collect(message(), parts);
    } catch (MessagingException | IOException e) {
      throw malformed(e);
    }
    return parts;
  }

  private static void collect(Part part, List<Part> to) throws MessagingException, IOException {
    if (part.isMimeType("multipart/*")) {
      Multipart multipart = (Multipart) part.getContent();
      for (int i = 0; i < multipart.getCount(); i++) {
        BodyPart inner = multipart.getBodyPart(i);
        collect(inner, to);
      }
    } else {
      to.add(part);
    }
  }

  private MimeMessage message() throws MessagingException {
    return new MimeMessage(SESSION, new ByteArrayInputStream(raw));
  }

  private static UncheckedIOException malformed(Exception cause) {
    return new UncheckedIOException(new IOException("the mail is no well-formed MIME", cause));
  }

  /** Shows the size only. */
  @Override
  public String toString() {
    return "ReceivedMail[" + raw.length + " bytes]";
  }
}
