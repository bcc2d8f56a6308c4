package dev.notifykit.provider;

import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One message for one target, as a provider gets it.
 *
 * @param deliveryId identifies the delivery and stays the same over retries: derive the provider's
 *     idempotency or collapse key and Message-ID from it
 * @param attempt the attempt, from 1
 * @param tenant the tenant, empty for the default one
 * @param recipientId the application's id of the recipient
 * @param recipientName the recipient's name, or null
 * @param target the address or device
 * @param message the rendered message, of the provider's channel
 * @param category the category
 * @param priority how urgent it is
 * @param expiresAt when it loses its use, or null for never
 * @param context what the client's {@code context} told when the notification was sent
 */
public record SendRequest(
    UUID deliveryId,
    int attempt,
    String tenant,
    String recipientId,
    @Nullable String recipientName,
    Target target,
    Message message,
    String category,
    Priority priority,
    @Nullable Instant expiresAt,
    Map<String, String> context) {

  /** Creates a request without a context. */
  public SendRequest(
      UUID deliveryId,
      int attempt,
      String tenant,
      String recipientId,
      @Nullable String recipientName,
      Target target,
      Message message,
      String category,
      Priority priority,
      @Nullable Instant expiresAt) {
    this(
        deliveryId,
        attempt,
        tenant,
        recipientId,
        recipientName,
        target,
        message,
        category,
        priority,
        expiresAt,
        Map.of());
  }

  /** Returns the delivery's id and attempt; nothing of the content or the target. */
  @Override
  public String toString() {
    return "SendRequest[" + deliveryId + " attempt " + attempt + "]";
  }
}
