package dev.notifykit.example.quickstart;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.email.SmtpProvider;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.template.TemplateSource;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The code that the README and the guide show; their tests run it. */
final class FirstMail {
  private FirstMail() {}

  static List<Delivery> send(SmtpProvider smtp) {
    // region readme
    try (NotificationClient client =
        NotificationClient.builder()
            .provider(smtp)
            .templates(TemplateSource.classpath("notifications"))
            .rateLimit(RateLimit.perRecipient(20, Duration.ofHours(1)))
            .retry(RetryPolicy.exponential(Duration.ofSeconds(2)).maxAttempts(12))
            .dedupe(Duration.ofDays(1))
            .build()) {

      client
          .recipients()
          .save(
              Recipient.builder("user-42")
                  .name("김하늘")
                  .email("haneul@example.com")
                  .locale(Locale.KOREAN)
                  .zone(ZoneId.of("Asia/Seoul"))
                  .build());
      client.preferences().optOut("user-42", Channel.EMAIL, "marketing");

      Receipt receipt =
          client
              .notification("order-shipped") // notifications/order-shipped/ko/email.html, ...
              .eventId("orders#A-1001-shipped") // the same event again sends nothing
              .to("user-42")
              .with("orderNo", "A-1001")
              .with("reference", "orders#A-1001-shipped")
              .with("amount", "₩39,000")
              .with("items", List.of(Map.of("quantity", 1, "name", "린넨 셔츠")))
              .with("trackUrl", "https://shop.example.com/orders/A-1001")
              .send(); // in the store when it returns; delivery goes on in the background

      return receipt.completion().toCompletableFuture().join(); // each with state and reason
    }
    // endregion
  }

  /** Connects to a server that has a user account for the shop. */
  static SmtpProvider provider(String host, String password) {
    // region provider
    SmtpProvider smtp =
        SmtpProvider.builder()
            .host(host) // port 587 with STARTTLS; 465 speaks TLS from the start
            .username("shop")
            .password(password)
            .from("Shop <shop@example.com>")
            .build();
    // endregion
    return smtp;
  }
}
