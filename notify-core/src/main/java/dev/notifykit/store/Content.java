package dev.notifykit.store;

import dev.notifykit.Channel;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.Message;
import java.util.List;
import java.util.Map;

/**
 * What a notification says, kept once for all its deliveries.
 *
 * @param data the template's values: strings, numbers, booleans, lists and maps of such
 * @param messages ready content by channel
 * @param attachments files for the mail the template makes
 * @param context what the sending thread knew and the delivering one is told, such as a trace
 */
public record Content(
    Map<String, Object> data,
    Map<Channel, Message> messages,
    List<Attachment> attachments,
    Map<String, String> context) {
  /** Creates a content without a context. */
  public Content(
      Map<String, Object> data, Map<Channel, Message> messages, List<Attachment> attachments) {
    this(data, messages, attachments, Map.of());
  }

  /** Returns nothing of the content. */
  @Override
  public String toString() {
    return "Content[" + data.size() + " values]";
  }
}
