package dev.notifykit.template;

import java.util.Optional;

/**
 * The links of one delivery, for what renders it: tracked ones, and the one that unsubscribes.
 * Thread-safe.
 */
public interface Links {
  /** Tracks nothing and has no link to unsubscribe. */
  Links NONE =
      new Links() {
        @Override
        public String tracked(String url) {
          return url;
        }

        @Override
        public Optional<String> unsubscribeUrl() {
          return Optional.empty();
        }
      };

  /**
   * Returns a link that tells when it is followed. For parts that are no HTML: the links of HTML
   * mails are replaced after rendering.
   *
   * @param url where it leads
   * @return the link, or {@code url} itself if it is not to be tracked
   */
  String tracked(String url);

  /** Returns the link that unsubscribes; {@code unsubscribeUrl} in templates. */
  Optional<String> unsubscribeUrl();
}
