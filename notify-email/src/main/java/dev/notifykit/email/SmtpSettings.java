package dev.notifykit.email;

import dev.notifykit.email.SmtpProvider.Security;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** What a connection needs to know, checked by the provider's builder. */
record SmtpSettings(
    String host,
    int port,
    Security security,
    @Nullable String username,
    @Nullable String password,
    boolean authWithoutTls,
    @Nullable String heloName,
    SSLSocketFactory tls,
    Duration connectTimeout,
    Duration readTimeout,
    Duration writeTimeout) {

  private static final String SMTP = "mail.smtp.";

  /** Returns Angus Mail's properties; every default of its that could hang or downgrade is set. */
  Properties properties(ConnectionSockets sockets) {
    Properties p = new Properties();
    p.setProperty(SMTP + "connectiontimeout", Long.toString(connectTimeout.toMillis()));
    // No writetimeout: it costs a thread per connection. The provider's watchdog cuts instead.
    p.setProperty(SMTP + "timeout", Long.toString(readTimeout.toMillis()));
    p.setProperty(SMTP + "auth", Boolean.toString(username != null));
    p.setProperty(SMTP + "auth.mechanisms", "PLAIN LOGIN");
    p.setProperty(SMTP + "starttls.enable", Boolean.toString(security.usesStartTls()));
    p.setProperty(SMTP + "starttls.required", Boolean.toString(security == Security.STARTTLS));
    p.setProperty(SMTP + "ssl.checkserveridentity", "true");
    p.setProperty(SMTP + "ssl.protocols", "TLSv1.3 TLSv1.2");
    p.setProperty(SMTP + "quitwait", "false");
    // Its default connects a second time, without our sockets, when the first attempt fails.
    p.setProperty(SMTP + "socketFactory.fallback", "false");
    p.put(SMTP + "socketFactory", sockets.plain());
    p.put(SMTP + "ssl.socketFactory", sockets.tls(tls));
    if (heloName != null) {
      p.setProperty(SMTP + "localhost", heloName);
    }
    return p;
  }

  /** Shows where to, never the credentials. */
  @Override
  public String toString() {
    return "SmtpSettings[" + host + ":" + port + " " + security + "]";
  }
}
