package dev.notifykit.example.quickstart;

import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row of {@code orders.csv}: something happened to an order, and its customer is to hear of it.
 * The shop's export has everything as text, the customer's present address included.
 *
 * @param eventId the same for a row that the shop exports twice
 * @param event {@code placed}, {@code shipped} or {@code reminder}
 * @param items such as {@code 2 x Mug; 1 x Umbrella}
 * @param dueIn how long after the start to send, in ISO 8601; empty for at once
 */
record Order(
    String eventId,
    String event,
    String orderNo,
    String userId,
    String name,
    String email,
    String locale,
    String zone,
    BigDecimal amount,
    String currency,
    String items,
    String dueIn) {

  /** Returns the customer as the shop knows them. */
  Recipient customer() {
    return Recipient.builder(userId)
        .name(name.isEmpty() ? null : name)
        .email(email.isEmpty() ? null : email)
        .locale(language())
        .zone(ZoneId.of(zone))
        .build();
  }

  /** Returns what the customer is to be told; {@code start} is what {@link #dueIn} counts from. */
  Notification notification(Instant start) {
    Notification.Builder notification =
        Notification.builder("order-" + event)
            .eventId(eventId)
            .to(userId)
            .with("orderNo", orderNo)
            .with("reference", eventId)
            .with("amount", price())
            .with("items", lines())
            .with("trackUrl", "https://shop.example.com/orders/" + orderNo);
    if (!dueIn.isEmpty()) {
      notification.sendAt(start.plus(Duration.parse(dueIn)));
    }
    return notification.build();
  }

  private Locale language() {
    return Locale.forLanguageTag(locale);
  }

  private String price() {
    NumberFormat format = NumberFormat.getCurrencyInstance(language());
    format.setCurrency(Currency.getInstance(currency));
    return format.format(amount);
  }

  private List<Map<String, String>> lines() {
    return Arrays.stream(items.split("; ")).map(Order::line).toList();
  }

  private static Map<String, String> line(String item) {
    String[] parts = item.split(" x ", 2);
    return Map.of("quantity", parts[0], "name", parts[1]);
  }
}
