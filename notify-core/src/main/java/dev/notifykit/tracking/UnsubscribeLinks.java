package dev.notifykit.tracking;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Links by which a recipient leaves a category. Immutable and thread-safe; {@code toString} shows
 * no key.
 *
 * <pre>{@code
 * NotificationClient.builder()
 *     .unsubscribe(
 *         UnsubscribeLinks.builder().baseUrl("https://n.example.com/u").key(secret).build())
 * }</pre>
 *
 * <p>Mails of every category that is not mandatory then have {@code List-Unsubscribe} and {@code
 * List-Unsubscribe-Post} (RFC 8058), unless their content brings a link of its own, and templates
 * have <code>{{unsubscribeUrl}}</code>. Answer the link with {@link
 * dev.notifykit.NotificationClient#unsubscribeEndpoint}: a {@code GET} shows a page with a button
 * and changes nothing, for link checkers follow every link; a {@code POST}, of the button or of the
 * mail program's, opts out of the category on the channel of the message, durably, before it is
 * answered.
 *
 * <p>The token holds tenant, recipient, category, channel and delivery under a MAC with a key of
 * its own. It never expires: a mail may be opened years later. It is signed and not encrypted: who
 * has the link can read the recipient's id.
 */
public final class UnsubscribeLinks {
  private static final String HEAD =
      "<!doctype html><html><head><meta charset=\"utf-8\">"
          + "<meta name=\"viewport\" content=\"width=device-width\">"
          + "<title>Unsubscribe</title></head><body>";
  private static final String CONFIRM =
      HEAD
          + "<p>Do you want no more messages of this kind?</p>"
          + "<form method=\"post\"><button>Unsubscribe</button></form></body></html>";
  private static final String DONE =
      HEAD + "<p>You will get no more messages of this kind.</p></body></html>";
  private static final int LONGEST_PAGE = 64 * 1024;

  private final String baseUrl;
  private final KeyRing keys;
  private final String confirmPage;
  private final String donePage;

  private UnsubscribeLinks(Builder b) {
    this.baseUrl = BaseUrl.https("unsubscribe", b.baseUrl);
    this.keys = b.secrets.ring("unsubscribe");
    this.confirmPage = b.confirmPage;
    this.donePage = b.donePage;
  }

  /** Starts the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whom a link is for, and what it ends. */
  record Scope(
      String tenant, String recipientId, String category, Channel channel, UUID deliveryId) {}

  /** Returns the link of a delivery. */
  String url(Scope s) {
    TokenText text =
        TokenText.of(s.deliveryId, s.tenant, s.recipientId, s.category, s.channel.name());
    return baseUrl + "/" + keys.sign(text.toBytes());
  }

  /** Reads the link at the end of an address; empty if it is not one of ours. */
  Optional<Scope> read(String url) {
    return keys.verify(BaseUrl.token(url))
        .flatMap(bytes -> TokenText.read(bytes, 4))
        .map(UnsubscribeLinks::scope);
  }

  private static Scope scope(TokenText token) {
    List<String> t = token.texts();
    return new Scope(t.get(0), t.get(1), t.get(2), Channel.valueOf(t.get(3)), token.deliveryId());
  }

  /** Returns whether an address is one of these links. */
  boolean isOurs(String url) {
    return url.startsWith(baseUrl + "/");
  }

  String confirmPage() {
    return confirmPage;
  }

  String donePage() {
    return donePage;
  }

  @Override
  public String toString() {
    return "UnsubscribeLinks[" + baseUrl + "]";
  }

  /** Builds {@link UnsubscribeLinks}. Not thread-safe. */
  public static final class Builder {
    private final KeyRing.Secrets secrets = new KeyRing.Secrets("unsubscribe");
    private @Nullable String baseUrl;
    private String confirmPage = CONFIRM;
    private String donePage = DONE;

    private Builder() {}

    /**
     * Sets the public address that the links begin with, such as {@code https://n.example.com/u};
     * required. RFC 8058 asks for https.
     */
    public Builder baseUrl(String value) {
      this.baseUrl = value;
      return this;
    }

    /**
     * Sets the secret that signs; required.
     *
     * @param secret at least 32 random bytes, the same on every node, and used for nothing else;
     *     copied
     */
    public Builder key(byte[] secret) {
      secrets.current(secret);
      return this;
    }

    /**
     * Adds a secret that signed before. Keep it for as long as a mail may be read: a link that
     * cannot be verified any more looks to the recipient as if it had worked. Default none.
     *
     * @param secret as it was given to {@link #key}; copied
     */
    public Builder previousKey(byte[] secret) {
      secrets.previous(secret);
      return this;
    }

    /**
     * Sets the HTML page that asks; default one in English. It needs a {@code <form method="post">}
     * without {@code action}.
     *
     * @param html at most 64 KiB
     */
    public Builder confirmPage(String html) {
      this.confirmPage = page("unsubscribe.confirmPage", html);
      return this;
    }

    /**
     * Sets the HTML page that says that it is done; default one in English.
     *
     * @param html at most 64 KiB
     */
    public Builder donePage(String html) {
      this.donePage = page("unsubscribe.donePage", html);
      return this;
    }

    private static String page(String option, @Nullable String html) {
      if (html == null || html.isBlank() || html.length() > LONGEST_PAGE) {
        throw new ConfigurationException(option + " must be an HTML page of at most 64 KiB");
      }
      return html;
    }

    /**
     * Returns the settings.
     *
     * @throws ConfigurationException if the base URL or the key is missing or malformed
     */
    public UnsubscribeLinks build() {
      return new UnsubscribeLinks(this);
    }
  }
}
