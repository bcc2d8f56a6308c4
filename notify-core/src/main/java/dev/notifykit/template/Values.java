package dev.notifykit.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The outermost context of a rendering: the recipient, else the notification's data, which is not
 * copied, else the link to unsubscribe by.
 */
record Values(
    Map<String, Object> data, String recipientId, @Nullable String recipientName, Links links) {
  static final String RECIPIENT = "recipient";

  private static final String UNSUBSCRIBE_URL = "unsubscribeUrl";

  /** Reads maps, lists and scalars only: no reflection, so that no template reaches an object. */
  static final Mustache.Collector COLLECTOR = new PlainCollector();

  /** Text for what is text; maps and lists are not. No reader is shown an exponent. */
  static CharSequence format(Object value) {
    if (value instanceof CharSequence text) {
      return text;
    }
    if (value instanceof Double number) {
      return BigDecimal.valueOf(number).toPlainString();
    }
    return value instanceof Map || value instanceof Collection || value instanceof Values
        ? Mark.NO_TEXT
        : value.toString();
  }

  static boolean isRecipientField(String name) {
    return name.equals("recipient.id") || name.equals("recipient.name");
  }

  /**
   * Returns whether a name has a value, which may be blank, without the notification giving one.
   */
  static boolean isBuiltIn(String name) {
    return isRecipientField(name) || name.equals(UNSUBSCRIBE_URL);
  }

  private static @Nullable Object find(Object context, String name) {
    if (context instanceof Map<?, ?> map) {
      Object value = map.get(name);
      return value != null || map.containsKey(name) ? value : Template.NO_FETCHER_FOUND;
    }
    return context instanceof Values values ? values.find(name) : Template.NO_FETCHER_FOUND;
  }

  private @Nullable Object find(String name) {
    if (name.equals(RECIPIENT)) {
      return recipient();
    }
    boolean isOurs = name.equals(UNSUBSCRIBE_URL) && !data.containsKey(name);
    return isOurs ? links.unsubscribeUrl().orElse("") : find(data, name);
  }

  private Map<String, String> recipient() {
    return recipientName == null
        ? Map.of("id", recipientId)
        : Map.of("id", recipientId, "name", recipientName);
  }

  /** The first step is looked for in the enclosing contexts, the others only where it led. */
  private static @Nullable Object find(Object context, String[] path) {
    Object value = find(context, path[0]);
    if (value == Template.NO_FETCHER_FOUND) {
      return value;
    }
    for (int i = 1; i < path.length && value != null; i++) {
      value = value instanceof Map<?, ?> map ? map.get(path[i]) : null;
    }
    return value;
  }

  private static final class PlainCollector implements Mustache.Collector {
    @Override
    public @Nullable Iterator<?> toIterator(Object value) {
      if (value instanceof Collection<?> elements) {
        Output.count(elements.size());
        return elements.iterator();
      }
      Output.count(0);
      return null;
    }

    @Override
    public Mustache.@Nullable VariableFetcher createFetcher(Object context, String name) {
      if (name.charAt(0) == Mark.PREFIX) {
        CharSequence mark = Mark.named(name);
        return (ctx, n) -> mark;
      }
      if (!(context instanceof Map || context instanceof Values)) {
        return null;
      }
      if (name.indexOf('.') < 0) {
        String interned = name.intern();
        return (ctx, n) -> find(ctx, interned);
      }
      String[] path = Parameter.interned(name.split("\\."));
      return (ctx, n) -> find(ctx, path);
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
      return new ConcurrentHashMap<>();
    }
  }
}
