package dev.notifykit.dispatch;

import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.store.Content;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.template.Links;
import dev.notifykit.template.RenderRequest;
import dev.notifykit.template.Template;
import dev.notifykit.template.Templates;
import dev.notifykit.tracking.MessageLinks;

/** Makes a delivery's message: the content that was given, else the template's. */
final class Renderer {
  private final Templates templates;
  private final MessageLinks messageLinks;

  Renderer(Templates templates, MessageLinks messageLinks) {
    this.templates = templates;
    this.messageLinks = messageLinks;
  }

  /**
   * Renders.
   *
   * @throws dev.notifykit.TemplateException if the template is gone or broken
   */
  Message render(QueuedDelivery delivery, Category category) {
    StoredNotification notification = delivery.notification();
    Content content = notification.content();
    Links links = messageLinks.of(delivery, category.isMandatory());
    Message given = content.messages().get(delivery.channel());
    if (given != null) {
      return messageLinks.applyTo(given, delivery, links, /* isTracked= */ true);
    }
    RenderRequest request =
        new RenderRequest(
            content.data(),
            delivery.locale(),
            delivery.id(),
            notification.tenant(),
            delivery.recipientId(),
            delivery.recipientName(),
            notification.category(),
            content.attachments(),
            links);
    Template template = templates.get(notification.template());
    Message message = template.render(delivery.channel(), request);
    return messageLinks.applyTo(message, delivery, links, template.tracksLinks());
  }
}
