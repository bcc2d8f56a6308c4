package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Fallback;
import java.util.List;
import java.util.Map;

/**
 * A 64-bit digest of what a notification asks for, the same in every process and release. It tells
 * a repeat from a mistake and is no defence against someone who searches for a collision, so it can
 * be fast.
 */
final class ContentFingerprint {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private ContentFingerprint() {}

  static long of(Notification notification) {
    long h = add(1, notification.template().orElse(""));
    h = add(h, notification.category().orElse(""));
    h = add(h, notification.topic().orElse(""));
    for (String id : notification.recipientIds()) {
      h = add(h, id);
    }
    for (Recipient recipient : notification.recipients()) {
      h = add(h, recipient.id());
    }
    h = mix(h + value(notification.data()));
    for (Map.Entry<Channel, Message> given : notification.contents().entrySet()) {
      h = mix(add(h, given.getKey().name()) + value(MessageValues.of(given.getValue())));
    }
    for (Fallback fallback : notification.fallbacks()) {
      h = add(h, fallback.toString());
    }
    for (Attachment attachment : notification.attachments()) {
      h = mix(h + value(MessageValues.of(attachment)));
    }
    return h;
  }

  private static long value(Object value) {
    if (value instanceof String s) {
      return add(2, s);
    }
    if (value instanceof Map<?, ?> map) {
      long sum = 3;
      for (Map.Entry<?, ?> e : map.entrySet()) {
        // A sum, since the order of a map's entries differs between processes.
        sum += mix(add(4, (String) e.getKey()) ^ value(e.getValue()));
      }
      return mix(sum);
    }
    if (value instanceof List<?> list) {
      long h = 5;
      for (Object element : list) {
        h = add(h, value(element));
      }
      return h;
    }
    return add(6, value.toString());
  }

  /** Four characters at a time: the multiplications wait for each other. */
  private static long add(long h, String s) {
    int i = 0;
    for (int whole = s.length() - 3; i < whole; i += 4) {
      long low = s.charAt(i) | (long) s.charAt(i + 1) << 16;
      long high = s.charAt(i + 2) | (long) s.charAt(i + 3) << 16;
      h = mix(h ^ (low | high << 32));
    }
    for (; i < s.length(); i++) {
      h = mix(h ^ s.charAt(i));
    }
    return mix(h + s.length());
  }

  private static long add(long h, long value) {
    return mix((h ^ value) * PRIME);
  }

  private static long mix(long h) {
    h = (h ^ h >>> 32) * PRIME;
    return h ^ h >>> 29;
  }
}
