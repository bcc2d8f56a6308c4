package dev.notifykit.email;

import com.sendgrid.helpers.mail.Mail;
import com.sendgrid.helpers.mail.objects.Attachments;
import com.sendgrid.helpers.mail.objects.Content;
import com.sendgrid.helpers.mail.objects.Email;
import com.sendgrid.helpers.mail.objects.MailSettings;
import com.sendgrid.helpers.mail.objects.Personalization;
import com.sendgrid.helpers.mail.objects.Setting;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.tracking.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes mails of equal content as one request of SendGrid's. */
final class SendGridMail {
  /** Most recipients, each in a personalization of his own, that a request may have. */
  static final int MAX_PERSONALIZATIONS = 1000;

  private static final int MAX_CATEGORIES = 10;
  private static final int MAX_CATEGORY = 255;
  private static final Set<String> RESERVED = Set.of("x-sg-id", "x-sg-eid", "dkim-signature");

  private SendGridMail() {}

  /** What mails must agree in to share a request; subject and headers may differ. */
  record SharedContent(
      Mailbox from,
      @Nullable Mailbox replyTo,
      @Nullable String html,
      @Nullable String text,
      List<Attachment> attachments,
      List<String> tags) {

    static SharedContent of(CheckedMail mail) {
      EmailMessage m = mail.message();
      return new SharedContent(
          mail.from(),
          mail.replyTo(),
          m.html().orElse(null),
          m.text().orElse(null),
          m.attachments(),
          m.tags());
    }

    @Override
    public String toString() {
      return "SharedContent[]";
    }
  }

  /**
   * Refuses what SendGrid would refuse, so that it does not refuse a whole batch for it.
   *
   * @throws UnsendableException with the outcome to report
   */
  static void check(CheckedMail mail) throws UnsendableException {
    for (String name : mail.headers().keySet()) {
      if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
        throw UnsendableException.rejected("invalid_header_name");
      }
    }
    List<String> tags = mail.message().tags();
    if (tags.size() > MAX_CATEGORIES || tags.stream().anyMatch(t -> t.length() > MAX_CATEGORY)) {
      throw UnsendableException.rejected("invalid_tags");
    }
    if (mail.message().subject().isBlank()) {
      throw UnsendableException.rejected("invalid_subject");
    }
  }

  /**
   * Returns the request's JSON.
   *
   * @param mails 1 to {@link #MAX_PERSONALIZATIONS}, of equal {@link SharedContent}
   * @param sandbox whether they are to be checked only
   */
  static byte[] write(List<CheckedMail> mails, boolean sandbox) {
    CheckedMail first = mails.get(0);
    Mail mail = new Mail();
    mail.setFrom(email(first.from()));
    Mailbox replyTo = first.replyTo();
    if (replyTo != null) {
      mail.setReplyTo(email(replyTo));
    }
    mail.setSubject(first.message().subject());
    mails.forEach(m -> mail.addPersonalization(personalization(m)));
    addContent(mail, first.message());
    if (sandbox) {
      mail.setMailSettings(sandboxed());
    }
    try {
      return mail.build().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("strings were not written as JSON", e);
    }
  }

  private static Personalization personalization(CheckedMail mail) {
    Personalization p = new Personalization();
    p.addTo(email(mail.to()));
    p.setSubject(mail.message().subject());
    mail.headers().forEach((name, value) -> p.addHeader(name, encoded(name, value)));
    // SendGrid repeats them in its events.
    p.addCustomArg(Origin.DELIVERY_ID, mail.deliveryId().toString());
    if (!mail.tenant().isEmpty()) {
      p.addCustomArg(Origin.TENANT, mail.tenant());
    }
    return p;
  }

  /** SendGrid sends a header as it is given, but breaks its lines. */
  private static String encoded(String name, String value) {
    return EncodedWords.needs(value)
        ? EncodedWords.of(value, name.length() + 1).replace("\r\n", "").strip()
        : value;
  }

  private static void addContent(Mail mail, EmailMessage message) {
    // In this order, or SendGrid refuses it; an empty part it refuses always.
    addContent(mail, "text/plain", message.text().orElse(""));
    addContent(mail, "text/html", message.html().orElse(""));
    message.attachments().forEach(a -> mail.addAttachments(attachment(a)));
    message.tags().stream().distinct().forEach(mail::addCategory);
  }

  private static void addContent(Mail mail, String type, String value) {
    if (!value.isEmpty()) {
      Content content = new Content();
      content.setType(type);
      content.setValue(value);
      mail.addContent(content);
    }
  }

  private static Attachments attachment(Attachment attachment) {
    Attachments a = new Attachments();
    a.setContent(Base64.getEncoder().encodeToString(attachment.content()));
    a.setType(attachment.contentType());
    a.setFilename(attachment.fileName());
    String contentId = attachment.contentId().orElse(null);
    a.setDisposition(contentId == null ? "attachment" : "inline");
    if (contentId != null) {
      a.setContentId(contentId);
    }
    return a;
  }

  private static MailSettings sandboxed() {
    Setting on = new Setting();
    on.setEnable(true);
    MailSettings settings = new MailSettings();
    settings.setSandboxMode(on);
    return settings;
  }

  private static Email email(Mailbox mailbox) {
    return mailbox.name() == null
        ? new Email(mailbox.address())
        : new Email(mailbox.address(), mailbox.name());
  }
}
