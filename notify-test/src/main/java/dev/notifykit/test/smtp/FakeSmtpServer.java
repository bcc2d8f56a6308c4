package dev.notifykit.test.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.AuthenticationHandlerFactory;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.MessageHandlerFactory;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.auth.PlainAuthenticationHandlerFactory;
import org.subethamail.smtp.server.SMTPServer;

/**
 * A mail server that listens on this machine and keeps what it gets, for tests and examples. It
 * speaks real SMTP, with STARTTLS under a certificate made for {@code localhost} at the start.
 *
 * <pre>{@code
 * try (FakeSmtpServer server = FakeSmtpServer.start()) {
 *   SmtpProvider provider = SmtpProvider.builder()
 *       .host(server.host()).port(server.port()).trust(server.certificate())
 *       .from("Shop <shop@example.com>").build();
 *   ...
 *   assertThat(server.received()).hasSize(1);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Needs {@code okhttp-tls} beside this artifact.
 */
public final class FakeSmtpServer implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 200;

  private final X509Certificate certificate;
  private final SMTPServer server;
  private final ConcurrentLinkedQueue<ReceivedMail> received = new ConcurrentLinkedQueue<>();
  private final CopyOnWriteArrayList<Rule> rules = new CopyOnWriteArrayList<>();
  private volatile Consumer<ReceivedMail> listener = mail -> {};

  private record Rule(Predicate<String> recipients, int code, String text) {}

  private FakeSmtpServer(Builder b) {
    HeldCertificate.Builder making = new HeldCertificate.Builder().commonName(b.names.get(0));
    b.names.forEach(making::addSubjectAlternativeName);
    HeldCertificate held = making.build();
    this.certificate = held.certificate();
    this.server = b.server(sslContext(held), context -> new Mail());
    server.start();
  }

  private static SSLContext sslContext(HeldCertificate held) {
    return new HandshakeCertificates.Builder().heldCertificate(held).build().sslContext();
  }

  /** Starts a server with STARTTLS on a free port. */
  public static FakeSmtpServer start() {
    return builder().start();
  }

  /** Starts a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the host to connect to, {@code localhost}, which the certificate is for. */
  public String host() {
    return "localhost";
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.getPortAllocated();
  }

  /** Returns the self-signed certificate, for a client to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns the mails accepted so far, oldest first. */
  public List<ReceivedMail> received() {
    return List.copyOf(received);
  }

  /** Forgets the mails received so far. */
  public void clear() {
    received.clear();
  }

  /** Calls this with each mail once it is accepted, on the thread of its connection. */
  public void onReceived(Consumer<ReceivedMail> value) {
    this.listener = value;
  }

  /**
   * Refuses matching recipients from now on; the first rule that matches decides.
   *
   * @param recipients tested with the address as it came
   * @param code the basic reply code, such as 550
   * @param text the rest of the reply, such as {@code 5.1.1 No such user}
   */
  public void reject(Predicate<String> recipients, int code, String text) {
    rules.add(new Rule(recipients, code, text));
  }

  /** Takes every recipient again. */
  public void acceptAll() {
    rules.clear();
  }

  /** Ends the open connections and refuses new ones. Idempotent; what was received stays. */
  public void stop() {
    if (server.isRunning()) {
      server.stop();
    }
  }

  /** Same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /** One transaction. */
  private final class Mail implements MessageHandler {
    private final List<String> recipients = new ArrayList<>();
    private String sender = "";

    @Override
    public void from(String from) {
      sender = from;
    }

    @Override
    public void recipient(String recipient) throws RejectException {
      for (Rule rule : rules) {
        if (rule.recipients().test(recipient)) {
          throw new RejectException(rule.code(), rule.text());
        }
      }
      recipients.add(recipient);
    }

    @Override
    public @Nullable String data(InputStream data) throws IOException {
      ReceivedMail mail = new ReceivedMail(sender, recipients, data.readAllBytes());
      received.add(mail);
      listener.accept(mail);
      return null;
    }

    @Override
    public void done() {}
  }

  /** Builds a {@link FakeSmtpServer}. Not thread-safe. */
  public static final class Builder {
    private enum Encryption {
      STARTTLS,
      TLS,
      NONE
    }

    private int port;
    private Encryption encryption = Encryption.STARTTLS;
    private List<String> names = List.of("localhost", "127.0.0.1");
    private @Nullable String username;
    private @Nullable String password;

    private Builder() {}

    /** Sets the hosts the certificate is for; default this one. At least one. */
    public Builder certificateFor(String... hosts) {
      this.names = List.of(hosts);
      return this;
    }

    /** Sets the port; default 0, a free one. */
    public Builder port(int value) {
      this.port = value;
      return this;
    }

    /** Speaks TLS from the first byte; default STARTTLS. */
    public Builder implicitTls() {
      this.encryption = Encryption.TLS;
      return this;
    }

    /** Offers no encryption at all; default STARTTLS. */
    public Builder plain() {
      this.encryption = Encryption.NONE;
      return this;
    }

    /** Takes mail only from whoever authenticates like this; default from everyone. */
    public Builder credentials(String user, String secret) {
      this.username = user;
      this.password = secret;
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IllegalStateException if {@code okhttp-tls} is not there
     */
    public FakeSmtpServer start() {
      try {
        return new FakeSmtpServer(this);
      } catch (NoClassDefFoundError e) {
        throw new IllegalStateException(
            "FakeSmtpServer needs com.squareup.okhttp3:okhttp-tls on the test class path; add it",
            e);
      }
    }

    private SMTPServer server(SSLContext context, MessageHandlerFactory mails) {
      SMTPServer.Builder b =
          SMTPServer.port(port)
              .bindAddress(InetAddress.getLoopbackAddress())
              .hostName("localhost")
              .softwareName("fake")
              .maxConnections(MAX_CONNECTIONS)
              .insertReceivedHeaders(false)
              .messageHandlerFactory(mails);
      if (encryption == Encryption.STARTTLS) {
        b.enableTLS().startTlsSocketFactory(context);
      } else if (encryption == Encryption.TLS) {
        b.serverSocketFactory(context);
      }
      if (username != null) {
        b.requireAuth().authenticationHandlerFactory(authentication());
      }
      return b.build();
    }

    private AuthenticationHandlerFactory authentication() {
      return new PlainAuthenticationHandlerFactory(
          (user, secret, context) -> {
            if (!user.equals(username) || !secret.equals(password)) {
              throw new LoginFailedException();
            }
          });
    }
  }
}
