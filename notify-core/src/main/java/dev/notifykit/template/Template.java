package dev.notifykit.template;

import dev.notifykit.Channel;
import dev.notifykit.message.Message;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One template: everything under its key, in every language. Thread-safe. */
public interface Template {
  /** Returns the key. */
  String key();

  /**
   * Returns the channels it has content for in the default language, and so in every language: a
   * file for a locale takes the place of the default's.
   */
  Set<Channel> channels();

  /** Returns the category it declares, if it does. */
  Optional<String> category();

  /**
   * Returns whether the links of its mails may be tracked, where the client tracks links; default
   * true.
   */
  default boolean tracksLinks() {
    return true;
  }

  /**
   * Refuses data that lacks a parameter this template needs for a channel: one it declares, or one
   * it uses outside of any section and does not declare as optional. Allocates nothing when all are
   * there.
   *
   * @param channel one of {@link #channels}
   * @param locale the language, or null for the default
   * @param data the values
   * @throws dev.notifykit.TemplateException naming template, channel and parameter
   */
  void checkParameters(Channel channel, @Nullable Locale locale, Map<String, Object> data);

  /**
   * Renders the message of a channel.
   *
   * @param channel one of {@link #channels}
   * @param request the values and the recipient
   * @throws dev.notifykit.TemplateException if a parameter is missing, or the output is too large,
   *     takes too long, is no valid subject or JSON, or has an address with a scheme of its own in
   *     an HTML attribute
   */
  Message render(Channel channel, RenderRequest request);
}
