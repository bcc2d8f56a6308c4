package dev.notifykit.email;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ProviderContract;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

final class SmtpContractTest extends ProviderContract {
  private static final String PASSWORD = "canary-password-77";

  @Override
  protected FakeService startService() {
    return new Service();
  }

  @Override
  protected Provider createProvider(FakeService to, Duration timeout) {
    return SmtpProvider.builder()
        .host("127.0.0.1")
        .port(((Service) to).server.port())
        .from("Shop <shop@example.com>")
        .username("canary-user")
        .password(PASSWORD)
        .allowAuthWithoutTls()
        .timeout(timeout)
        .poolSize(4)
        .maxInFlight(4)
        .build();
  }

  @Override
  protected List<String> secrets() {
    return List.of(PASSWORD);
  }

  @Override
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of(ServiceBehaviour.OPTED_OUT, "SMTP has no reply for a recipient who opted out");
  }

  @Override
  protected String noRetryAfter() {
    return "SMTP has no field for how long to wait";
  }

  /**
   * A body may say what it likes: that no line of it was taken for a header or a command shows in
   * those. So it is kept in a form that looks like neither.
   */
  private static String withoutItsBody(String transaction) {
    int body = body(transaction);
    byte[] said = transaction.substring(body).getBytes(StandardCharsets.UTF_8);
    return transaction.substring(0, body) + Base64.getEncoder().encodeToString(said);
  }

  @Override
  protected String readable(String received) {
    int body = body(received);
    byte[] said = Base64.getDecoder().decode(received.substring(body));
    return received.substring(0, body) + new String(said, StandardCharsets.UTF_8);
  }

  private static int body(String transaction) {
    int end = transaction.indexOf("\r\n\r\n");
    return end < 0 ? transaction.length() : end + 4;
  }

  /** A mail server that wants a password. */
  private static final class Service implements FakeService {
    private final ScriptedSmtpServer server = new ScriptedSmtpServer();
    private final CountDownLatch release = new CountDownLatch(1);

    Service() {
      server.offering("PIPELINING", "AUTH PLAIN LOGIN").on("AUTH", "235 2.7.0 welcome");
    }

    @Override
    public void behave(ServiceBehaviour behaviour) {
      List.of("MAIL", "RCPT", "END").forEach(server::byDefault);
      switch (behaviour) {
        case ACCEPT -> {}
        case REJECT -> server.on("END", "554 5.7.1 smells of spam");
        case INVALID_TARGET -> server.on("RCPT", "550 5.1.1 <" + CANARY_EMAIL + "> is nobody");
        case THROTTLE_TARGET -> server.on("RCPT", "450 4.2.0 greylisted");
        case THROTTLE_PROVIDER -> server.on("MAIL", "451 4.7.0 slow down");
        case FAIL_FOR_NOW -> server.on("END", "452 4.3.1 disk full");
        case REFUSE_CREDENTIALS -> server.on("AUTH", "535 5.7.8 wrong");
        case FAIL_UNCLEAR -> server.on("END", ScriptedSmtpServer.hangUp());
        case ANSWER_MALFORMED -> server.on("END", "<html>what</html>");
        case HANG -> server.on("END", ScriptedSmtpServer.waitFor(release, "250 2.0.0 late"));
        case DRIP -> server.on("END", this::drip);
        case RESET_BEFORE_REPLY -> server.on("END", ScriptedSmtpServer.reset());
        case RESET_MID_REPLY ->
            server.on(
                "END",
                d -> {
                  d.raw("250 2.0.0 que");
                  d.reset();
                });
        case REFUSE_CONNECTIONS -> server.close();
        case OPTED_OUT -> throw new IllegalArgumentException("declared as unsupported");
      }
    }

    private void drip(ScriptedSmtpServer.Dialogue dialogue) throws IOException {
      for (char c : "250 2.0.0 queued, at long last".toCharArray()) {
        dialogue.raw(String.valueOf(c));
        dialogue.pause(Duration.ofSeconds(1));
      }
      dialogue.raw("\r\n");
    }

    @Override
    public void throttle(String retryAfter) {
      throw new IllegalArgumentException("declared as unsupported");
    }

    @Override
    public void release() {
      release.countDown();
    }

    @Override
    public int attempts() {
      return (int) server.count("MAIL");
    }

    @Override
    public List<String> received() {
      return server.transactions().stream().map(SmtpContractTest::withoutItsBody).toList();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
