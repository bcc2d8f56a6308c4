package dev.notifykit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.email.MailchimpProvider;
import dev.notifykit.email.SendGridProvider;
import dev.notifykit.email.SmtpProvider;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of docs/email.md, with no more than the public API. */
@Timeout(60)
final class EmailGuideTest {
  private static Delivery send(Provider provider, String address, EmailMessage message) {
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      return client
          .notification()
          .to(Recipient.builder("ann").email(address).build())
          .content(message)
          .send()
          .completion()
          .toCompletableFuture()
          .join()
          .get(0);
    }
  }

  @Test
  void theThreeProvidersAreBuilt() {
    String secret = "secret";
    String key = "key";
    // region smtp
    SmtpProvider smtp =
        SmtpProvider.builder()
            .host("smtp.example.com") // port 587 and STARTTLS unless you say otherwise
            .username("shop")
            .password(secret)
            .from("Shop <shop@example.com>")
            .build();
    // endregion
    // region sendgrid
    SendGridProvider sendGrid =
        SendGridProvider.builder()
            .apiKey(key) // needs the Mail Send permission only
            .from("Shop <shop@example.com>")
            .maxInFlight(1000) // lets larger batches form
            .build();
    // endregion
    // region mailchimp
    MailchimpProvider mailchimp =
        MailchimpProvider.builder()
            .apiKey(key) // of Transactional, not of Mailchimp itself
            .from("Shop <shop@example.com>")
            .build();
    // endregion
    try (smtp;
        sendGrid;
        mailchimp) {
      assertThat(smtp.toString()).contains("smtp.example.com:587").doesNotContain(secret);
      assertThat(sendGrid.maxInFlight()).isEqualTo(1000);
      assertThat(mailchimp.channel()).isEqualTo(Channel.EMAIL);
    }
  }

  @Test
  void aMailCanBeUnsubscribedFromWithOneClick() {
    // region unsubscribe
    EmailMessage message =
        EmailMessage.builder()
            .subject("The winter sale")
            .text("It has begun.")
            .unsubscribeUrl("https://shop.example/u?t=...") // POST unsubscribes (RFC 8058)
            .unsubscribeMailto("unsubscribe@shop.example")
            .build();
    // endregion
    try (FakeSmtpServer server = FakeSmtpServer.start()) {
      send(to(server), "ann@example.com", message);
      ReceivedMail mail = server.received().get(0);
      assertThat(mail.header("List-Unsubscribe"))
          .contains("<mailto:unsubscribe@shop.example>, <https://shop.example/u?t=...>");
      assertThat(mail.header("List-Unsubscribe-Post")).contains("List-Unsubscribe=One-Click");
    }
  }

  private static SmtpProvider to(FakeSmtpServer server) {
    return SmtpProvider.builder()
        .host(server.host())
        .port(server.port())
        .trust(server.certificate())
        .from("Shop <shop@example.com>")
        .build();
  }

  private Delivery order(SmtpProvider provider, String address) {
    return send(
        provider,
        address,
        EmailMessage.builder().subject("Your order").text("It is on its way.").build());
  }

  // region test
  @Test
  void onlyWhoExistsGetsTheMail() {
    try (FakeSmtpServer server = FakeSmtpServer.start()) {
      SmtpProvider.Builder smtp =
          SmtpProvider.builder()
              .host(server.host())
              .port(server.port())
              .trust(server.certificate())
              .from("Shop <shop@example.com>");
      server.reject(address -> address.startsWith("bad"), 550, "5.1.1 No such user");

      Delivery refused = order(smtp.build(), "bad@example.com");
      order(smtp.build(), "ann@example.com");

      assertThat(refused.suppression()).contains(SuppressionReason.INVALID_TARGET);
      assertThat(server.received().get(0).subject()).isEqualTo("Your order");
    }
  }
  // endregion
}
