package dev.notifykit.email;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.SendRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mail that passed every check there is before the wire, whatever provider takes it: addresses
 * are valid, no header can be injected and none is overridden.
 *
 * @param deliveryId the delivery
 * @param tenant its tenant, empty for the default one
 * @param from the sender
 * @param to the recipient
 * @param replyTo where replies go, or null
 * @param headers custom headers and the List-Unsubscribe pair, in order
 * @param message the content
 */
record CheckedMail(
    UUID deliveryId,
    String tenant,
    Mailbox from,
    Mailbox to,
    @Nullable Mailbox replyTo,
    Map<String, String> headers,
    EmailMessage message) {

  /** RFC 5322, section 2.1.1, less a header name and its colon. */
  private static final int MAX_HEADER_WORD = 900;

  private static final int MAX_HEADER_VALUE = 8_000;

  private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]{1,76}");
  private static final Pattern CONTENT_ID = Pattern.compile("[!#-;=?-Z^-~]{1,200}");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\\s*;[ -~]*)?");

  /** Headers that the library writes itself, or that only a server may add. */
  private static final Set<String> STRUCTURAL =
      Set.of(
          "from",
          "sender",
          "to",
          "cc",
          "bcc",
          "reply-to",
          "subject",
          "date",
          "message-id",
          "mime-version",
          "return-path",
          "received",
          "delivered-to",
          "list-unsubscribe",
          "list-unsubscribe-post");

  /**
   * Checks a request.
   *
   * @param defaultFrom the provider's sender, used unless the message names its own
   * @throws UnsendableException with the outcome to report
   */
  static CheckedMail of(SendRequest request, Mailbox defaultFrom) throws UnsendableException {
    if (!(request.message() instanceof EmailMessage message)) {
      throw UnsendableException.rejected("not_an_email");
    }
    Mailbox to = recipient(request);
    String own = message.from().orElse(null);
    Mailbox from = own == null ? defaultFrom : Mailbox.parse(own, "invalid_from");
    String reply = message.replyTo().orElse(null);
    Mailbox replyTo = reply == null ? null : Mailbox.parse(reply, "invalid_reply_to");
    checkHeaderText(message.subject(), "invalid_subject");
    checkText(message.html().orElse(""), "invalid_html");
    checkText(message.text().orElse(""), "invalid_text");
    for (String tag : message.tags()) {
      checkHeaderText(tag, "invalid_tags");
    }
    for (Attachment attachment : message.attachments()) {
      check(attachment);
    }
    return new CheckedMail(
        request.deliveryId(), request.tenant(), from, to, replyTo, headersOf(message), message);
  }

  private static Mailbox recipient(SendRequest request) throws UnsendableException {
    String address = request.target().address();
    if (!EmailAddresses.isValid(address)) {
      throw UnsendableException.invalidTarget("invalid_address");
    }
    String name = request.recipientName();
    if (name != null && !Texts.isHonestName(name, address)) {
      throw UnsendableException.rejected("invalid_recipient_name");
    }
    return new Mailbox(
        EmailAddresses.toWire(address), name == null || name.isBlank() ? null : name);
  }

  private static Map<String, String> headersOf(EmailMessage message) throws UnsendableException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      checkHeader(header.getKey(), header.getValue());
      headers.put(header.getKey(), header.getValue());
    }
    addUnsubscribe(message, headers);
    return headers;
  }

  private static void checkHeader(String name, String value) throws UnsendableException {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!HEADER_NAME.matcher(name).matches()
        || STRUCTURAL.contains(lower)
        || lower.startsWith("content-")) {
      throw UnsendableException.rejected("invalid_header_name");
    }
    checkHeaderText(value, "invalid_header");
  }

  private static void checkHeaderText(String value, String code) throws UnsendableException {
    checkText(value, code);
    if (value.length() > MAX_HEADER_VALUE || Texts.hasControls(value) || hasLongWord(value)) {
      throw UnsendableException.rejected(code);
    }
  }

  /** A word that cannot be folded would make a line longer than mail servers take. */
  private static boolean hasLongWord(String value) {
    int start = 0;
    for (int i = 0; i <= value.length(); i++) {
      if (i == value.length() || value.charAt(i) == ' ') {
        if (i - start > MAX_HEADER_WORD) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static void checkText(String value, String code) throws UnsendableException {
    if (Texts.hasLoneSurrogate(value) || value.indexOf('\0') >= 0) {
      throw UnsendableException.rejected(code);
    }
  }

  private static void check(Attachment attachment) throws UnsendableException {
    String name = attachment.fileName();
    if (Texts.hasControls(name) || Texts.hasBidiControls(name) || Texts.hasLoneSurrogate(name)) {
      throw UnsendableException.rejected("invalid_file_name");
    }
    String type = attachment.contentType().toLowerCase(Locale.ROOT);
    // The two composite types have rules of their own that a file's bytes seldom keep.
    if (!MEDIA_TYPE.matcher(type).matches()
        || type.startsWith("multipart/")
        || type.startsWith("message/")) {
      throw UnsendableException.rejected("invalid_content_type");
    }
    String contentId = attachment.contentId().orElse(null);
    if (contentId != null && !CONTENT_ID.matcher(contentId).matches()) {
      throw UnsendableException.rejected("invalid_content_id");
    }
  }

  /** Adds the pair of RFC 8058; a mail address alone has no one-click form. */
  private static void addUnsubscribe(EmailMessage message, Map<String, String> headers)
      throws UnsendableException {
    String url = message.unsubscribeUrl().orElse(null);
    String mailto = message.unsubscribeMailto().orElse(null);
    StringBuilder value = new StringBuilder();
    if (mailto != null) {
      Mailbox mailbox = Mailbox.parse(mailto, "invalid_unsubscribe_mailto");
      value.append("<mailto:").append(uriPart(mailbox)).append('>');
    }
    if (url != null) {
      checkUnsubscribeUrl(url);
      value.append(value.isEmpty() ? "" : ", ").append('<').append(url).append('>');
    }
    if (!value.isEmpty()) {
      headers.put("List-Unsubscribe", value.toString());
    }
    if (url != null) {
      headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
  }

  private static String uriPart(Mailbox mailbox) throws UnsendableException {
    try {
      return new URI("mailto", mailbox.address(), null).toASCIIString().substring(7);
    } catch (URISyntaxException e) {
      throw UnsendableException.rejected("invalid_unsubscribe_mailto");
    }
  }

  private static void checkUnsubscribeUrl(String url) throws UnsendableException {
    try {
      URI uri = new URI(url);
      boolean usable =
          "https".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && Texts.isAscii(url)
              && url.length() <= EmailMessage.MAX_UNSUBSCRIBE_URL;
      if (usable) {
        return;
      }
    } catch (URISyntaxException e) {
      // Reported below like every other malformed URL, without repeating it.
    }
    throw UnsendableException.rejected("invalid_unsubscribe_url");
  }

  /** Shows neither addresses nor content. */
  @Override
  public String toString() {
    return "CheckedMail[" + deliveryId + "]";
  }
}
