package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckedMailTest {
  private static final Mailbox FROM = new Mailbox("shop@example.com", "Shop");

  private static Outcome refusal(SendRequest request) {
    UnsendableException thrown =
        catchThrowableOfType(UnsendableException.class, () -> CheckedMail.of(request, FROM));
    assertThat(thrown).as("refusal").isNotNull();
    return thrown.outcome();
  }

  private static Outcome refusal(EmailMessage.Builder message) {
    return refusal(Mails.with(message.build()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "\n", "\r\n", "\0", "\u0007", "\u0085", "\u2028", "\t"})
  void refusesControlsEverywhere(String control) {
    String evil = "a" + control + "b";
    assertThat(refusal(Mails.message().subject(evil)))
        .isEqualTo(new Outcome.Rejected("invalid_subject"));
    assertThat(refusal(Mails.message().header("X-A", evil)))
        .isEqualTo(new Outcome.Rejected("invalid_header"));
    assertThat(refusal(Mails.message().from(evil + " <a@example.com>")))
        .isEqualTo(new Outcome.Rejected("invalid_from"));
    assertThat(refusal(Mails.message().replyTo("a@example.com" + control)))
        .isEqualTo(new Outcome.Rejected("invalid_reply_to"));
    assertThat(refusal(Mails.message().unsubscribeUrl("https://example.com/" + control)))
        .isEqualTo(new Outcome.Rejected("invalid_unsubscribe_url"));
    assertThat(refusal(Mails.message().unsubscribeMailto("a@example.com" + control)))
        .isEqualTo(new Outcome.Rejected("invalid_unsubscribe_mailto"));
    assertThat(refusal(Mails.request("ann@example.com", evil, Mails.message().build())))
        .isEqualTo(new Outcome.Rejected("invalid_recipient_name"));
    assertThat(refusal(Mails.to("ann@example.com" + control)))
        .isEqualTo(new Outcome.InvalidTarget("invalid_address"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From",
        "to",
        "CC",
        "Bcc",
        "Sender",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "content-transfer-encoding",
        "Return-Path",
        "Received",
        "List-Unsubscribe",
        "X Y",
        "X:",
        "Ü"
      })
  void refusesHeadersThatAreNotTheMessagesOwn(String name) {
    assertThat(refusal(Mails.message().header(name, "x")))
        .isEqualTo(new Outcome.Rejected("invalid_header_name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ann\u202emoc.elpmaxe",
        "ceo@bank.example",
        "Boss <ceo@bank.example>",
        "half \ud800 a pair"
      })
  void refusesDisplayNamesThatDeceive(String name) {
    assertThat(refusal(Mails.request("ann@example.com", name, Mails.message().build())))
        .isEqualTo(new Outcome.Rejected("invalid_recipient_name"));
  }

  @Test
  void takesADisplayNameThatIsTheAddressItself() throws UnsendableException {
    CheckedMail mail =
        CheckedMail.of(
            Mails.request("ann@example.com", "Ann@Example.com", Mails.message().build()), FROM);
    assertThat(mail.to().name()).isEqualTo("Ann@Example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/u",
        "javascript:alert(1)",
        "https:",
        "https://",
        "https://user@example.com/",
        "https://example.com/>,<https://evil.example",
        "https://example.com/ü",
        "/u"
      })
  void refusesUnsubscribeLinksThatAreNotPlainHttps(String url) {
    assertThat(refusal(Mails.message().unsubscribeUrl(url)))
        .isEqualTo(new Outcome.Rejected("invalid_unsubscribe_url"));
  }

  @Test
  void refusesWhatNoLineCanHold() {
    assertThat(refusal(Mails.message().subject("x".repeat(1000))))
        .isEqualTo(new Outcome.Rejected("invalid_subject"));
    assertThat(refusal(Mails.message().header("X-A", "x ".repeat(5000))))
        .isEqualTo(new Outcome.Rejected("invalid_header"));
    assertThat(refusal(Mails.message().replyTo("x".repeat(1000) + " <a@example.com>")))
        .isEqualTo(new Outcome.Rejected("invalid_reply_to"));
    assertThat(refusal(Mails.message().text("half \ud800 a pair")))
        .isEqualTo(new Outcome.Rejected("invalid_text"));
    assertThat(refusal(Mails.message().html("\0"))).isEqualTo(new Outcome.Rejected("invalid_html"));
  }

  @Test
  void refusesDeceptiveOrMalformedAttachments() {
    byte[] content = {1};
    assertThat(
            refusal(Mails.message().attachment(Attachment.file("a\u202efdp.exe", "a/b", content))))
        .isEqualTo(new Outcome.Rejected("invalid_file_name"));
    assertThat(refusal(Mails.message().attachment(Attachment.file("a", "a/b c", content))))
        .isEqualTo(new Outcome.Rejected("invalid_content_type"));
    assertThat(refusal(Mails.message().attachment(Attachment.file("a", "message/rfc822", content))))
        .isEqualTo(new Outcome.Rejected("invalid_content_type"));
    assertThat(
            refusal(
                Mails.message().attachment(Attachment.inline("a>b", "a", "image/png", content))))
        .isEqualTo(new Outcome.Rejected("invalid_content_id"));
  }
}
