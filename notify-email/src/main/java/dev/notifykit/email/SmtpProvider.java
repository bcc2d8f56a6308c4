package dev.notifykit.email;

import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends mail over SMTP (RFC 5321) through Angus Mail, on a pool of reused connections.
 *
 * <pre>{@code
 * SmtpProvider.builder()
 *     .host("smtp.example.com")
 *     .username("shop")
 *     .password(secret)
 *     .from("Shop <shop@example.com>")
 *     .build();
 * }</pre>
 *
 * <p><b>Transport.</b> TLS 1.2 or later with the host name verified: from the first byte on port
 * 465, after a required STARTTLS elsewhere. On a loopback host STARTTLS is used where it is
 * offered; anywhere else a connection without TLS must be asked for. Credentials never travel
 * without TLS, other than by {@link Builder#allowAuthWithoutTls} on a loopback host. There is no
 * way to trust every certificate.
 *
 * <p><b>Message.</b> Message-ID is the delivery's id at the sender's domain and stays the same over
 * retries. Content and headers are encoded to ASCII. An address with a non-ASCII local part goes
 * only to a server that offers SMTPUTF8 (RFC 6531); a non-ASCII domain always goes as A-labels. A
 * mail's {@linkplain dev.notifykit.message.EmailMessage#tags tags} have no place in SMTP and are
 * not sent.
 *
 * <p><b>Outcomes.</b> Before the wire: a malformed address is {@link Outcome.InvalidTarget}; a
 * control character in a header, name or file name, or a custom header that the library writes
 * itself, is {@link Outcome.Rejected}. On the wire the enhanced status code (RFC 3463) decides,
 * then the basic one. Whatever fails before the message's final dot was not sent, and is {@link
 * Outcome.Retryable}; a connection lost after it is {@link Outcome.Unknown}. A connection that the
 * server ended while it was idle is replaced and not reported.
 *
 * <p>Thread-safe. Owns its threads and connections until {@link #close}, which waits for mails in
 * flight and then ends them.
 */
public final class SmtpProvider extends EmailProvider {
  private final SmtpSettings settings;
  private final MimeComposer composer;
  private final Watchdog watchdog;
  private final SmtpConnections connections;

  private SmtpProvider(Builder b, String host) {
    super(b, b.maxInFlight());
    this.settings = b.settings(host);
    this.composer = new MimeComposer(b.bounceAddress(), clock);
    this.watchdog = new Watchdog("notify-" + name(), b.shortestTimeout());
    this.connections =
        new SmtpConnections(settings, watchdog, b.poolSize, b.maxMessagesPerConnection, b.idleTime);
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  Outcome deliver(CheckedMail mail, long deadline) {
    try {
      return connections.deliver(composer.compose(mail), deadline);
    } catch (UnsendableException e) {
      return e.outcome();
    }
  }

  @Override
  void disconnect(boolean drained) {
    connections.close();
    if (!drained) {
      watchdog.cutAll();
    }
    watchdog.close();
  }

  /** Shows the name and where it sends to; no credentials. */
  @Override
  public String toString() {
    return "SmtpProvider[" + name() + ", " + settings + "]";
  }

  /** How a connection is encrypted. */
  public enum Security {
    /** TLS from the first byte (RFC 8314); the default on port 465. */
    TLS,
    /** STARTTLS (RFC 3207), without which nothing is sent; the default elsewhere. */
    STARTTLS,
    /**
     * STARTTLS where the server offers it, else none; the default on a loopback host. Whoever
     * controls the network can strip the offer: not for use across one.
     */
    STARTTLS_IF_OFFERED,
    /** None. Mails can be read and changed on the way. */
    NONE;

    boolean usesStartTls() {
      return this == STARTTLS || this == STARTTLS_IF_OFFERED;
    }
  }

  /** Builds an {@link SmtpProvider}. Not thread-safe. */
  public static final class Builder extends EmailProvider.Builder<Builder> {
    private static final int SMTPS_PORT = 465;
    private static final int SUBMISSION_PORT = 587;

    private @Nullable String host;
    private int port = SUBMISSION_PORT;
    private @Nullable String returnPath;
    private @Nullable String username;
    private @Nullable String password;
    private @Nullable Security security;
    private boolean authWithoutTls;
    private @Nullable SSLContext sslContext;
    private List<X509Certificate> trusted = List.of();
    private @Nullable String heloName;
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration writeTimeout = Duration.ofSeconds(30);
    private int poolSize = 4;
    private Duration idleTime = Duration.ofSeconds(30);
    private int maxMessagesPerConnection = 100;
    private int maxInFlight;

    private Builder() {
      super("smtp", Duration.ofSeconds(60));
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets the server's host name or address. Required. */
    public Builder host(String value) {
      this.host = value;
      return this;
    }

    /** Sets the port, 1 to 65535; default 587. */
    public Builder port(int value) {
      this.port = value;
      return this;
    }

    /** Sets the address that bounces go to (RFC 5321 MAIL FROM); default the sender's. */
    public Builder returnPath(@Nullable String value) {
      this.returnPath = value;
      return this;
    }

    /** Sets the user name to authenticate with; default none, no authentication. */
    public Builder username(@Nullable String value) {
      this.username = value;
      return this;
    }

    /** Sets the password that goes with the user name; default none. */
    public Builder password(@Nullable String value) {
      this.password = value;
      return this;
    }

    /** Sets how connections are encrypted; default as {@link Security} tells. */
    public Builder security(@Nullable Security value) {
      this.security = value;
      return this;
    }

    /**
     * Lets user name and password travel unencrypted to a server on this machine. Refused for any
     * other host.
     */
    public Builder allowAuthWithoutTls() {
      this.authWithoutTls = true;
      return this;
    }

    /**
     * Sets the TLS context, for a trust store or a client certificate of your own; default the
     * JVM's. Not together with {@link #trust}.
     */
    public Builder sslContext(@Nullable SSLContext value) {
      this.sslContext = value;
      return this;
    }

    /** Trusts these certificates, and those they signed, instead of the JVM's; default none. */
    public Builder trust(X509Certificate... value) {
      for (X509Certificate each : Options.required("trust", value)) {
        Options.required("trust", each);
      }
      this.trusted = List.of(value);
      return this;
    }

    /** Sets the name to introduce oneself by (EHLO); default this machine's. */
    public Builder heloName(@Nullable String value) {
      this.heloName = value;
      return this;
    }

    /** Sets how long the server may stay silent; default 30 seconds. */
    public Builder readTimeout(Duration value) {
      this.readTimeout = value;
      return this;
    }

    /** Sets how long the server may take to accept one write; default 30 seconds. */
    public Builder writeTimeout(Duration value) {
      this.writeTimeout = value;
      return this;
    }

    /** Sets the most connections, 1 to 100; default 4. */
    public Builder poolSize(int value) {
      this.poolSize = value;
      return this;
    }

    /** Sets after how much idle time a connection is closed; default 30 seconds. */
    public Builder idleTime(Duration value) {
      this.idleTime = value;
      return this;
    }

    /**
     * Sets after how many mails a connection is replaced, at least 1; default 100. Many servers
     * have a limit of their own and answer 421 beyond it.
     */
    public Builder maxMessagesPerConnection(int value) {
      this.maxMessagesPerConnection = value;
      return this;
    }

    /**
     * Sets the most mails in flight, at least the pool's size and at most 10,000; default twice the
     * pool's size, so that the next mail is composed while a connection is busy with the last.
     */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /**
     * Returns the provider. It connects when the first mail is sent.
     *
     * @throws ConfigurationException if an option is missing, malformed or contradicts another
     */
    public SmtpProvider build() {
      check();
      String checkedHost = Options.host("host", host);
      checkNumbers();
      checkDurations();
      checkCredentials(checkedHost);
      if (sslContext != null && !trusted.isEmpty()) {
        throw new ConfigurationException("sslContext and trust exclude each other: set one");
      }
      if (heloName != null) {
        Options.host("heloName", heloName);
      }
      bounceAddress();
      return new SmtpProvider(this, checkedHost);
    }

    private @Nullable String bounceAddress() {
      return returnPath == null ? null : Options.mailbox("returnPath", returnPath).address();
    }

    private void checkNumbers() {
      Options.range("port", port, 1, 65_535);
      Options.range("poolSize", poolSize, 1, 100);
      Options.range("maxMessagesPerConnection", maxMessagesPerConnection, 1, Integer.MAX_VALUE);
      if (maxInFlight != 0) {
        Options.range("maxInFlight", maxInFlight, poolSize, 10_000);
      }
    }

    private void checkDurations() {
      Options.duration("readTimeout", readTimeout);
      Options.duration("writeTimeout", writeTimeout);
      Options.duration("idleTime", idleTime);
    }

    private void checkCredentials(String checkedHost) {
      if ((username == null) != (password == null)) {
        throw new ConfigurationException("username and password belong together: set both or none");
      }
      boolean loopback = Options.isLoopback(checkedHost);
      if (authWithoutTls && !loopback) {
        throw new ConfigurationException(
            "allowAuthWithoutTls is for a loopback host only, not for " + checkedHost);
      }
      if (username != null && effectiveSecurity(checkedHost) == Security.NONE && !authWithoutTls) {
        throw new ConfigurationException(
            "security NONE would send the password in clear text: use TLS or STARTTLS");
      }
    }

    private Security effectiveSecurity(String checkedHost) {
      if (security != null) {
        return security;
      }
      if (port == SMTPS_PORT) {
        return Security.TLS;
      }
      return Options.isLoopback(checkedHost) ? Security.STARTTLS_IF_OFFERED : Security.STARTTLS;
    }

    private int maxInFlight() {
      return maxInFlight == 0 ? 2 * poolSize : maxInFlight;
    }

    private Duration shortestTimeout() {
      return timeout().compareTo(writeTimeout) < 0 ? timeout() : writeTimeout;
    }

    private SmtpSettings settings(String checkedHost) {
      return new SmtpSettings(
          checkedHost,
          port,
          effectiveSecurity(checkedHost),
          username,
          password,
          authWithoutTls,
          heloName,
          tlsSockets(),
          connectTimeout,
          readTimeout,
          writeTimeout);
    }

    private SSLSocketFactory tlsSockets() {
      if (sslContext != null) {
        return sslContext.getSocketFactory();
      }
      return trusted.isEmpty()
          ? (SSLSocketFactory) SSLSocketFactory.getDefault()
          : TrustedCertificates.context(trusted).getSocketFactory();
    }
  }
}
