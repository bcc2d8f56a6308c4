package dev.notifykit.example.quickstart;

import dev.notifykit.email.SmtpProvider;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the mails go: a server in this process, or one that was named on the command line. */
final class MailServer implements AutoCloseable {
  private final String host;
  private final int port;
  private final @Nullable FakeSmtpServer inProcess;

  private MailServer(String host, int port, @Nullable FakeSmtpServer inProcess) {
    this.host = host;
    this.port = port;
    this.inProcess = inProcess;
  }

  /** Names a server that runs somewhere else. */
  static MailServer at(String host, int port) {
    return new MailServer(host, port, null);
  }

  /**
   * Starts a server that speaks SMTP with STARTTLS and behaves as the domains of {@code orders.csv}
   * do: busy.test wants every mailbox tried twice, gone.test has no mailbox any more, refusing.test
   * takes nothing from us.
   */
  static MailServer start() {
    FakeSmtpServer server = FakeSmtpServer.start();
    Set<String> triedBefore = ConcurrentHashMap.newKeySet();
    server.reject(
        address -> address.endsWith("@busy.test") && triedBefore.add(address),
        451,
        "4.3.0 Busy, try again");
    server.reject(address -> address.endsWith("@gone.test"), 550, "5.1.1 No such mailbox");
    server.reject(address -> address.endsWith("@refusing.test"), 550, "5.7.1 Not from you");
    return new MailServer(server.host(), server.port(), server);
  }

  /** Returns a provider that sends to it; whoever gets the provider closes it. */
  SmtpProvider provider() {
    SmtpProvider.Builder smtp =
        SmtpProvider.builder()
            .host(host)
            .port(port)
            .from("Harbour Lane Goods <orders@shop.example.com>")
            .returnPath("bounces@shop.example.com");
    if (inProcess != null) {
      // Its certificate is self-signed: trust this one, and no other.
      smtp.security(SmtpProvider.Security.STARTTLS).trust(inProcess.certificate());
    }
    return smtp.build();
  }

  /** Returns what the server in this process received so far; of another's mails we see nothing. */
  List<ReceivedMail> received() {
    return inProcess == null ? List.of() : inProcess.received();
  }

  boolean isInProcess() {
    return inProcess != null;
  }

  @Override
  public void close() {
    if (inProcess != null) {
      inProcess.close();
    }
  }

  @Override
  public String toString() {
    return host + ":" + port + (inProcess == null ? "" : ", in this process, with STARTTLS");
  }
}
