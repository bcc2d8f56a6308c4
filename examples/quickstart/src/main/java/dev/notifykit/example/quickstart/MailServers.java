package dev.notifykit.example.quickstart;

import dev.notifykit.email.SmtpProvider;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Where the mails go: two servers in this process, or one that was named on the command line. */
final class MailServers implements AutoCloseable {
  /** So many mails the first server takes before it closes for the night. */
  static final int FIRST_TAKES = 900;

  private final @Nullable String host;
  private final int port;
  private final List<FakeSmtpServer> inProcess;

  private MailServers(@Nullable String host, int port, List<FakeSmtpServer> inProcess) {
    this.host = host;
    this.port = port;
    this.inProcess = inProcess;
  }

  /** Names a server that runs somewhere else. */
  static MailServers at(String host, int port) {
    return new MailServers(host, port, List.of());
  }

  /** Starts two servers, of which the first stops in the middle of the evening. */
  static MailServers start() {
    Set<String> triedBefore = ConcurrentHashMap.newKeySet();
    FakeSmtpServer first = FakeSmtpServer.start();
    FakeSmtpServer second = FakeSmtpServer.start();
    AtomicInteger taken = new AtomicInteger();
    first.reject(address -> taken.get() >= FIRST_TAKES, 421, "4.3.2 Closing for the night");
    first.onReceived(
        mail -> {
          if (taken.incrementAndGet() == FIRST_TAKES) {
            CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(first::stop);
          }
        });
    behave(first, triedBefore);
    behave(second, triedBefore);
    return new MailServers(null, 0, List.of(first, second));
  }

  /**
   * Makes a server behave as the domains of {@code orders.csv} do: busy.test wants every mailbox
   * tried twice, gone.test has no mailbox any more, refusing.test takes nothing from us.
   */
  static void behave(FakeSmtpServer server, Set<String> triedBefore) {
    server.reject(
        address -> address.endsWith("@busy.test") && triedBefore.add(address),
        451,
        "4.3.0 Busy, try again");
    server.reject(address -> address.endsWith("@gone.test"), 550, "5.1.1 No such mailbox");
    server.reject(address -> address.endsWith("@refusing.test"), 550, "5.7.1 Not from you");
  }

  /**
   * Returns a provider for each server, in the order to ask them; whoever gets the providers closes
   * them.
   */
  List<SmtpProvider> providers() {
    if (host != null) {
      return List.of(smtp().host(host).port(port).build());
    }
    List<SmtpProvider> providers = new ArrayList<>();
    for (FakeSmtpServer server : inProcess) {
      providers.add(
          smtp()
              .name("smtp-" + (providers.size() + 1))
              .host(server.host())
              .port(server.port())
              // Its certificate is self-signed: trust this one, and no other.
              .security(SmtpProvider.Security.STARTTLS)
              .trust(server.certificate())
              .build());
    }
    return providers;
  }

  private static SmtpProvider.Builder smtp() {
    return SmtpProvider.builder()
        .from("Harbour Lane Goods <orders@shop.example.com>")
        .returnPath("bounces@shop.example.com")
        // What was in flight when a process died is claimed again after twice as long.
        .timeout(Duration.ofSeconds(5));
  }

  /** Returns what the servers in this process received; of another's mails we see nothing. */
  List<ReceivedMail> received() {
    return inProcess.stream().flatMap(server -> server.received().stream()).toList();
  }

  boolean isInProcess() {
    return host == null;
  }

  @Override
  public void close() {
    inProcess.forEach(FakeSmtpServer::close);
  }

  @Override
  public String toString() {
    return host == null ? "two mail servers in this process, with STARTTLS" : host + ":" + port;
  }
}
