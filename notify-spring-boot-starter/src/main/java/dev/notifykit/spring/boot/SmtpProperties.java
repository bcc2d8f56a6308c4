package dev.notifykit.spring.boot;

import dev.notifykit.email.SmtpProvider;
import dev.notifykit.email.SmtpProvider.Security;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;

/**
 * Mail over SMTP; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; smtp unless set
 * @param host the server's host name or address
 * @param port the port; 587 unless set
 * @param from the sender: an address, or a name and the address in angle brackets
 * @param returnPath the address bounces go to; the sender's unless set
 * @param username the user to authenticate as; none unless set
 * @param password the password that goes with the user
 * @param security how connections are encrypted; TLS on port 465, else STARTTLS unless set
 * @param allowAuthWithoutTls whether the password may travel unencrypted, on this machine only
 * @param sslBundle the SSL bundle to connect with; the JVM's trust unless set
 * @param heloName the name to introduce oneself by; this machine's unless set
 * @param connectTimeout how long connecting may take; 10 s unless set
 * @param readTimeout how long the server may stay silent; 30 s unless set
 * @param writeTimeout how long the server may take to accept one write; 30 s unless set
 * @param timeout how long one mail may take in all; 60 s unless set
 * @param poolSize the most connections; 4 unless set
 * @param idleTime after how much idle time a connection is closed; 30 s unless set
 * @param maxMessagesPerConnection after how many mails a connection is replaced; 100 unless set
 * @param maxInFlight the most mails in flight; twice the pool's size unless set
 */
@ConfigurationProperties("notify.email.smtp")
record SmtpProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable String from,
    @Nullable String returnPath,
    @Nullable String username,
    @Nullable String password,
    @Nullable Security security,
    @DefaultValue("false") boolean allowAuthWithoutTls,
    @Nullable String sslBundle,
    @Nullable String heloName,
    @Nullable Duration connectTimeout,
    @Nullable Duration readTimeout,
    @Nullable Duration writeTimeout,
    @Nullable Duration timeout,
    @Nullable Integer poolSize,
    @Nullable Duration idleTime,
    @Nullable Integer maxMessagesPerConnection,
    @Nullable Integer maxInFlight) {
  static final String PREFIX = "notify.email.smtp";

  SmtpProvider provider(Tls tls) {
    SmtpProvider.Builder builder = SmtpProvider.builder();
    Options.set(name, builder::name);
    Options.set(host, builder::host);
    Options.set(port, builder::port);
    Options.set(from, builder::from);
    Options.set(returnPath, builder::returnPath);
    Options.set(username, builder::username);
    Options.set(password, builder::password);
    Options.set(security, builder::security);
    if (allowAuthWithoutTls) {
      builder.allowAuthWithoutTls();
    }
    Options.set(heloName, builder::heloName);
    Options.set(connectTimeout, builder::connectTimeout);
    Options.set(readTimeout, builder::readTimeout);
    Options.set(writeTimeout, builder::writeTimeout);
    Options.set(timeout, builder::timeout);
    Options.set(poolSize, builder::poolSize);
    Options.set(idleTime, builder::idleTime);
    Options.set(maxMessagesPerConnection, builder::maxMessagesPerConnection);
    Options.set(maxInFlight, builder::maxInFlight);
    SslBundle bundle = tls.bundle(PREFIX + ".ssl-bundle", sslBundle);
    if (bundle != null) {
      builder.sslContext(bundle.createSslContext());
    }
    return Options.build(PREFIX, SmtpProperties.class, builder::build);
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
