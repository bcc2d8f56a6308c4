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
 */
public record RenderRequest(
    Map<String, Object> data,
    @Nullable Locale locale,
    UUID deliveryId,
    String tenant,
    String recipientId,
    @Nullable String recipientName,
    String category,
    List<Attachment> attachments) {}
