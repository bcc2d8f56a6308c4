package dev.notifykit.email;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Writes a checked mail as MIME (RFC 2045 to 2049). Everything but an internationalised address is
 * encoded to ASCII (RFC 2047, RFC 2231), so any server can carry it. Thread-safe.
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

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final Session ascii = session("false");
  private final Session utf8 = session("true");
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

  private static Session session(String allowUtf8) {
    Properties properties = new Properties();
    properties.setProperty("mail.mime.allowutf8", allowUtf8);
    return Session.getInstance(properties);
  }

  /**
   * Returns the mail in the form DATA sends it.
   *
   * @throws UnsendableException if a part cannot be written as MIME
   */
  MimeMail compose(CheckedMail mail) throws UnsendableException {
    try {
      return write(mail);
    } catch (MessagingException | IOException e) {
      // The cause could repeat content, so it goes no further than this.
      throw UnsendableException.rejected("not_mime");
    }
  }

  private MimeMail write(CheckedMail mail) throws MessagingException, IOException {
    Mailbox replyTo = mail.replyTo();
    boolean needsUtf8 =
        mail.to().needsUtf8()
            || mail.from().needsUtf8()
            || (replyTo != null && replyTo.needsUtf8());
    String messageId = mail.deliveryId() + "@" + mail.from().domain();
    MimeMessage mime = new IdentifiedMessage(needsUtf8 ? utf8 : ascii, messageId);
    setHeaders(mime, mail);
    setBody(mime, mail.message());
    mime.saveChanges();
    DotStuffed out = new DotStuffed();
    mime.writeTo(out);
    byte[] data = out.finish();
    String sender = returnPath == null ? mail.from().address() : returnPath;
    return new MimeMail(
        sender,
        mail.to().address(),
        messageId,
        needsUtf8 || !Texts.isAscii(sender),
        out.messageSize(),
        data,
        out.length());
  }

  private void setHeaders(MimeMessage mime, CheckedMail mail)
      throws MessagingException, IOException {
    mime.setHeader("Date", DATE.format(clock.instant().atOffset(ZoneOffset.UTC)));
    mime.setFrom(mail.from().toInternetAddress());
    mime.setRecipient(Message.RecipientType.TO, mail.to().toInternetAddress());
    Mailbox replyTo = mail.replyTo();
    if (replyTo != null) {
      mime.setReplyTo(new InternetAddress[] {replyTo.toInternetAddress()});
    }
    mime.setSubject(mail.message().subject(), UTF_8);
    for (Map.Entry<String, String> header : mail.headers().entrySet()) {
      mime.setHeader(header.getKey(), encoded(header.getKey(), header.getValue()));
    }
  }

  private static String encoded(String name, String value) throws IOException {
    return MimeUtility.fold(name.length() + 2, MimeUtility.encodeText(value, UTF_8, null));
  }

  private static void setBody(MimeMessage mime, EmailMessage message) throws MessagingException {
    boolean hasHtml = message.html().isPresent();
    List<Attachment> images = new ArrayList<>();
    List<Attachment> files = new ArrayList<>();
    for (Attachment attachment : message.attachments()) {
      (hasHtml && attachment.contentId().isPresent() ? images : files).add(attachment);
    }
    Part content = content(message, images);
    if (files.isEmpty()) {
      content.into(mime);
      return;
    }
    MimeMultipart mixed = new MimeMultipart("mixed");
    mixed.addBodyPart(bodyPart(content));
    for (Attachment file : files) {
      mixed.addBodyPart(part(file, jakarta.mail.Part.ATTACHMENT));
    }
    mime.setContent(mixed);
  }

  private static Part content(EmailMessage message, List<Attachment> images)
      throws MessagingException {
    String html = message.html().orElse(null);
    String text = message.text().orElse(null);
    if (html == null) {
      return text(text == null ? "" : text, "plain");
    }
    Part rich = related(text(html, "html"), images);
    if (text == null) {
      return rich;
    }
    // The best alternative comes last (RFC 2046, section 5.1.4).
    MimeMultipart both = new MimeMultipart("alternative");
    both.addBodyPart(bodyPart(text(text, "plain")));
    both.addBodyPart(bodyPart(rich));
    return part -> part.setContent(both);
  }

  private static Part related(Part html, List<Attachment> images) throws MessagingException {
    if (images.isEmpty()) {
      return html;
    }
    MimeMultipart related = new MimeMultipart(RELATED_TO_HTML);
    related.addBodyPart(bodyPart(html));
    for (Attachment image : images) {
      related.addBodyPart(part(image, jakarta.mail.Part.INLINE));
    }
    return part -> part.setContent(related);
  }

  private static Part text(String text, String subtype) {
    String normal = Texts.withCrlf(text);
    return part -> part.setText(normal, UTF_8, subtype);
  }

  private static MimeBodyPart bodyPart(Part content) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    content.into(part);
    return part;
  }

  private static MimeBodyPart part(Attachment attachment, String disposition)
      throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(
        new DataHandler(new ByteArrayDataSource(attachment.content(), attachment.contentType())));
    part.setDisposition(disposition);
    part.setFileName(attachment.fileName());
    part.setHeader("Content-Transfer-Encoding", "base64");
    if (attachment.contentId().isPresent()) {
      part.setContentID("<" + attachment.contentId().get() + ">");
    }
    return part;
  }

  /** Content that can become a whole message or a part of one. */
  @FunctionalInterface
  private interface Part {
    void into(jakarta.mail.internet.MimePart part) throws MessagingException;
  }

  /** Keeps the same Message-ID over retries, so that a receiver can drop a repeat. */
  private static final class IdentifiedMessage extends MimeMessage {
    private final String messageId;

    IdentifiedMessage(Session session, String messageId) {
      super(session);
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + messageId + ">");
    }
  }
}
