package dev.notifykit.email;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import jakarta.mail.internet.ParseException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes the message of a checked mail. Everything but an internationalised address is encoded to
 * ASCII (RFC 2047, RFC 2231), so any server can carry it. Thread-safe.
 *
 * <p>The parts nest from the outside in: mixed (files), alternative (text, HTML), related (HTML and
 * its images); a level with a single part is left out.
 */
final class MimeComposer {
  /** RFC 5322, section 3.3. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  /** RFC 2387 wants the type of the part that the others belong to. */
  private static final String RELATED_TO_HTML = "related; type=\"text/html\"";

  private final @Nullable String returnPath;
  private final InstantSource clock;

  /**
   * Creates a composer.
   *
   * @param returnPath where bounces go, or null for the sender's address
   * @param clock dates the mails
   */
  MimeComposer(@Nullable String returnPath, InstantSource clock) {
    this.returnPath = returnPath;
    this.clock = clock;
  }

  /**
   * Returns the mail in the form DATA sends it.
   *
   * @throws UnsendableException if a part cannot be written as MIME
   */
  MimeMail compose(CheckedMail mail) throws UnsendableException {
    String messageId = mail.deliveryId() + "@" + mail.from().domain();
    MimeWriter writer = new MimeWriter();
    writeHeaders(writer, mail, messageId);
    try {
      body(mail.message()).writeTo(writer);
    } catch (ParseException e) {
      // The cause could repeat content, so it goes no further than this.
      throw UnsendableException.rejected("not_mime");
    }
    DotStuffed out = writer.out();
    byte[] data = out.finish();
    String sender = returnPath == null ? mail.from().address() : returnPath;
    return new MimeMail(
        sender,
        mail.to().address(),
        messageId,
        needsUtf8(mail) || !Texts.isAscii(sender),
        out.messageSize(),
        data,
        out.length());
  }

  private static boolean needsUtf8(CheckedMail mail) {
    Mailbox replyTo = mail.replyTo();
    return mail.to().needsUtf8()
        || mail.from().needsUtf8()
        || (replyTo != null && replyTo.needsUtf8());
  }

  private void writeHeaders(MimeWriter out, CheckedMail mail, String messageId) {
    out.structured("Date", DATE.format(clock.instant().atOffset(ZoneOffset.UTC)));
    writeMailbox(out, "From", mail.from());
    Mailbox replyTo = mail.replyTo();
    if (replyTo != null) {
      writeMailbox(out, "Reply-To", replyTo);
    }
    writeMailbox(out, "To", mail.to());
    // The same over retries, so that a receiver can drop a repeat.
    out.structured("Message-ID", "<" + messageId + ">");
    out.header("Subject", mail.message().subject());
    mail.headers().forEach(out::header);
    out.structured("MIME-Version", "1.0");
  }

  private static void writeMailbox(MimeWriter out, String header, Mailbox mailbox) {
    String name = mailbox.name();
    if (name != null && EncodedWords.needs(name)) {
      out.words(header, name, "\r\n <" + mailbox.address() + ">");
    } else {
      out.structured(header, mailbox.toInternetAddress().toString());
    }
  }

  private static MimeWriter.Part body(EmailMessage message) {
    boolean hasHtml = message.html().isPresent();
    List<Attachment> images = new ArrayList<>();
    List<Attachment> files = new ArrayList<>();
    for (Attachment attachment : message.attachments()) {
      (hasHtml && attachment.contentId().isPresent() ? images : files).add(attachment);
    }
    return with(files, jakarta.mail.Part.ATTACHMENT, "mixed", content(message, images));
  }

  private static MimeWriter.Part content(EmailMessage message, List<Attachment> images) {
    String html = message.html().orElse(null);
    String text = message.text().orElse(null);
    if (html == null) {
      return text(text == null ? "" : text, "plain");
    }
    MimeWriter.Part rich =
        with(images, jakarta.mail.Part.INLINE, RELATED_TO_HTML, text(html, "html"));
    if (text == null) {
      return rich;
    }
    // The best alternative comes last (RFC 2046, section 5.1.4).
    List<MimeWriter.Part> both = List.of(text(text, "plain"), rich);
    return out -> out.multipart("alternative", both);
  }

  private static MimeWriter.Part text(String text, String subtype) {
    return out -> out.text(text, subtype);
  }

  private static MimeWriter.Part with(
      List<Attachment> files, String disposition, String type, MimeWriter.Part first) {
    if (files.isEmpty()) {
      return first;
    }
    List<MimeWriter.Part> parts = new ArrayList<>();
    parts.add(first);
    files.forEach(file -> parts.add(out -> out.file(file, disposition)));
    return out -> out.multipart(type, parts);
  }
}
