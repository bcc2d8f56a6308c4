package dev.notifykit.template;

import dev.notifykit.message.Attachment;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one rendering needs.
 *
 * @param data the notification's values
 * @param locale the language asked for, or null for the default
 * @param deliveryId the delivery
 * @param tenant the tenant, empty for the default one
 * @param recipientId whom it is for; {@code recipient.id} in templates
 * @param recipientName how to greet them, or null; {@code recipient.name} in templates
 * @param category the category's name
 * @param attachments files for the mail
 * @param links the delivery's links
 */
public record RenderRequest(
    Map<String, Object> data,
    @Nullable Locale locale,
    UUID deliveryId,
    String tenant,
    String recipientId,
    @Nullable String recipientName,
    String category,
    List<Attachment> attachments,
    Links links) {
  /** Creates a request without links to track or to unsubscribe by. */
  public RenderRequest(
      Map<String, Object> data,
      @Nullable Locale locale,
      UUID deliveryId,
      String tenant,
      String recipientId,
      @Nullable String recipientName,
      String category,
      List<Attachment> attachments) {
    this(
        data,
        locale,
        deliveryId,
        tenant,
        recipientId,
        recipientName,
        category,
        attachments,
        Links.NONE);
  }
}
