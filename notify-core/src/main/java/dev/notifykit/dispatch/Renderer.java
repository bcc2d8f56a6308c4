package dev.notifykit.dispatch;

import dev.notifykit.message.Message;
import dev.notifykit.store.Content;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.template.RenderRequest;
import dev.notifykit.template.Templates;

/** Makes a delivery's message: the content that was given, else the template's. */
final class Renderer {
  private final Templates templates;

  Renderer(Templates templates) {
    this.templates = templates;
  }

  /**
   * Renders.
   *
   * @throws dev.notifykit.TemplateException if the template is gone or broken
   */
  Message render(QueuedDelivery delivery) {
    StoredNotification notification = delivery.notification();
    Content content = notification.content();
    Message given = content.messages().get(delivery.channel());
    if (given != null) {
      return given;
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
            content.attachments());
    return templates.get(notification.template()).render(delivery.channel(), request);
  }
}
