package dev.notifykit.tracking;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Signed links that tell when they are followed, and an invisible image that tells when a mail is
 * opened. Immutable and thread-safe; {@code toString} shows no key.
 *
 * <pre>{@code
 * NotificationClient.builder()
 *     .links(TrackingLinks.builder().baseUrl("https://n.example.com/t").key(secret).opens().build())
 * }</pre>
 *
 * <p>The links of HTML mails become {@code <baseUrl>/c<token>}, and where {@code opens} is set an
 * image {@code <baseUrl>/o<token>} is added; answer both with {@link
 * dev.notifykit.NotificationClient#linkEndpoint}. The token holds tenant, delivery and destination
 * under a MAC (HMAC-SHA256, with keys for clicks and opens that are derived from the secret), so
 * the address leads nowhere that the library did not put there. It is signed and not encrypted:
 * whoever has the link can read where it leads. It does not expire.
 *
 * <p>Left as they are: {@code mailto} and other schemes, relative links and fragments, links with a
 * backslash, userinfo or a control character, of more than 2,000 characters, to a host with letters
 * outside of ASCII (write it as {@code xn--...}) or to another than {@link Builder#hosts} allows;
 * the unsubscribe link; a link with the attribute {@code data-notify-track="off"}; all of a
 * template with {@code tracking=off}. In text, SMS and push a link is tracked where a template says
 * so: <code>{{#tracked}}https://...{{/tracked}}</code>.
 */
public final class TrackingLinks {
  private final String baseUrl;
  private final KeyRing clicks;
  private final KeyRing opens;
  private final boolean tracksOpens;
  private final Set<String> hosts;

  private TrackingLinks(Builder b) {
    this.baseUrl = BaseUrl.httpsOrLocal("links", b.baseUrl);
    this.clicks = b.secrets.ring("click");
    this.opens = b.secrets.ring("open");
    this.tracksOpens = b.opens;
    this.hosts = Set.copyOf(b.hosts);
  }

  /** Starts the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a tracked link, for content that is made outside of templates.
   *
   * @param tenant the tenant, empty for the default one
   * @param deliveryId the delivery
   * @param url where it leads
   * @return the link, or {@code url} itself if that is not to be tracked
   */
  public String tracked(String tenant, UUID deliveryId, String url) {
    if (url.strip().startsWith(baseUrl + "/")) {
      return url;
    }
    return Destination.of(url)
        .filter(this::leadsTo)
        .map(d -> baseUrl + "/c" + clicks.sign(TokenText.of(deliveryId, tenant, d).toBytes()))
        .orElse(url);
  }

  private boolean leadsTo(String destination) {
    return hosts.isEmpty() || hosts.contains(Destination.host(destination));
  }

  /** Returns the address of the image that tells of an opening, if openings are tracked. */
  Optional<String> pixel(String tenant, UUID deliveryId) {
    return tracksOpens
        ? Optional.of(baseUrl + "/o" + opens.sign(TokenText.of(deliveryId, tenant).toBytes()))
        : Optional.empty();
  }

  /**
   * What a genuine link says.
   *
   * @param destination where it leads; null for an image
   */
  record Link(String tenant, UUID deliveryId, @Nullable String destination) {}

  /** Reads the link at the end of an address; empty if it is not one of ours or leads nowhere. */
  Optional<Link> read(String url) {
    String token = BaseUrl.token(url);
    if (token.startsWith("c")) {
      return clicks
          .verify(token.substring(1))
          .flatMap(bytes -> TokenText.read(bytes, 2))
          .map(t -> new Link(t.texts().get(0), t.deliveryId(), t.texts().get(1)))
          .filter(this::isStillAllowed);
    }
    return token.startsWith("o")
        ? opens
            .verify(token.substring(1))
            .flatMap(bytes -> TokenText.read(bytes, 1))
            .map(t -> new Link(t.texts().get(0), t.deliveryId(), null))
        : Optional.empty();
  }

  /** A key that leaked, or was shared, must not make a redirect to anywhere. */
  private boolean isStillAllowed(Link link) {
    String destination = link.destination();
    return destination != null && Destination.isAllowed(destination) && leadsTo(destination);
  }

  @Override
  public String toString() {
    return "TrackingLinks[" + baseUrl + "]";
  }

  /** Builds {@link TrackingLinks}. Not thread-safe. */
  public static final class Builder {
    private final KeyRing.Secrets secrets = new KeyRing.Secrets("links");
    private final Set<String> hosts = new TreeSet<>();
    private @Nullable String baseUrl;
    private boolean opens;

    private Builder() {}

    /**
     * Sets the public address that the links begin with, such as {@code https://n.example.com/t};
     * required. {@code http} is for localhost.
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
     * Adds a secret that signed before: its links go on to work. Default none. Links that were
     * signed with a secret that is not named any more are answered with 400.
     *
     * @param secret as it was given to {@link #key}; copied
     */
    public Builder previousKey(byte[] secret) {
      secrets.previous(secret);
      return this;
    }

    /** Adds an invisible image to HTML mails that tells when they are opened. Default off. */
    public Builder opens() {
      this.opens = true;
      return this;
    }

    /**
     * Tracks links to these hosts only, and redirects to no other; default any. Set it where mails
     * hold links that come from users.
     *
     * @param names whole host names, without a scheme, a port or {@code *}; letters outside of
     *     ASCII as {@code xn--...}
     * @throws ConfigurationException if one is none
     */
    public Builder hosts(String... names) {
      Arrays.stream(Options.notNull("links.hosts", names))
          .map(name -> host(Options.name("links.hosts", name).toLowerCase(Locale.ROOT)))
          .forEach(hosts::add);
      return this;
    }

    /** What no link's host can equal would switch tracking off without a word. */
    private static String host(String name) {
      if (!Destination.host("https://" + name).equals(name)) {
        throw new ConfigurationException(
            "links.hosts: '" + name + "' is no host name alone, such as shop.example.com");
      }
      return name;
    }

    /**
     * Returns the settings.
     *
     * @throws ConfigurationException if the base URL or the key is missing or malformed
     */
    public TrackingLinks build() {
      return new TrackingLinks(this);
    }
  }
}
