package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.message.Attachment;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SmtpProviderTest {
  private final List<AutoCloseable> resources = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  private <T extends AutoCloseable> T use(T resource) {
    resources.add(resource);
    return resource;
  }

  private static SmtpProvider.Builder to(FakeSmtpServer server) {
    return SmtpProvider.builder()
        .host(server.host())
        .port(server.port())
        .trust(server.certificate())
        .from("Shop <shop@example.com>");
  }

  private static SmtpProvider.Builder to(ScriptedSmtpServer server) {
    return SmtpProvider.builder()
        .host("127.0.0.1")
        .port(server.port())
        .poolSize(1)
        .from("Shop <shop@example.com>");
  }

  private SmtpProvider provider(SmtpProvider.Builder builder) {
    return use(builder.build());
  }

  private ScriptedSmtpServer scripted() {
    return use(new ScriptedSmtpServer());
  }

  // ---- encryption and authentication

  @Test
  void sendsOverRequiredStartTls() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).security(SmtpProvider.Security.STARTTLS));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.received()).hasSize(1);
    assertThat(server.received().get(0).sender()).isEqualTo("shop@example.com");
    assertThat(server.received().get(0).recipients()).containsExactly("ann@example.com");
  }

  @Test
  void sendsOverImplicitTls() {
    FakeSmtpServer server = use(FakeSmtpServer.builder().implicitTls().start());
    SmtpProvider provider = provider(to(server).security(SmtpProvider.Security.TLS));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void refusesAnUntrustedCertificate() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    FakeSmtpServer other = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).trust(other.certificate()));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Misconfigured("tls_certificate"));
    assertThat(server.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesACertificateForAnotherHost(boolean implicit) {
    FakeSmtpServer.Builder other = FakeSmtpServer.builder().certificateFor("mail.example.com");
    FakeSmtpServer server = use(implicit ? other.implicitTls().start() : other.start());
    SmtpProvider.Security security =
        implicit ? SmtpProvider.Security.TLS : SmtpProvider.Security.STARTTLS;

    assertThat(Mails.send(provider(to(server).security(security)), Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Misconfigured("tls_certificate"));
    assertThat(server.received()).isEmpty();
  }

  @Test
  void sendsNothingIfRequiredStartTlsIsNotOffered() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server).security(SmtpProvider.Security.STARTTLS));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Misconfigured("starttls_not_offered"));
    assertThat(server.count("MAIL")).isZero();
  }

  @Test
  void authenticatesUnderTls() {
    FakeSmtpServer server = use(FakeSmtpServer.builder().credentials("shop", "s3cret").start());
    SmtpProvider right = provider(to(server).username("shop").password("s3cret"));
    SmtpProvider wrong = provider(to(server).username("shop").password("guess"));

    assertThat(Mails.send(right, Mails.to("ann@example.com"))).isInstanceOf(Outcome.Accepted.class);
    assertThat(Mails.send(wrong, Mails.to("ann@example.com")))
        .isInstanceOfSatisfying(
            Outcome.Misconfigured.class, o -> assertThat(o.code()).startsWith("535"));
  }

  @Test
  void keepsThePasswordFromAnUnencryptedConnection() {
    ScriptedSmtpServer server = scripted().offering("AUTH PLAIN LOGIN");
    SmtpProvider provider = provider(to(server).username("shop").password("s3cret"));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Misconfigured("auth_needs_tls"));
    assertThat(server.count("AUTH")).isZero();
  }

  @Test
  void authenticatesUnencryptedOnLoopbackIfToldSo() {
    ScriptedSmtpServer server =
        scripted().offering("AUTH PLAIN LOGIN").on("AUTH", "235 2.7.0 welcome");
    SmtpProvider provider =
        provider(to(server).username("shop").password("s3cret").allowAuthWithoutTls());

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.count("AUTH PLAIN")).isEqualTo(1);
  }

  @Test
  void credentialsWithoutAnOfferToAuthenticateAreMisconfiguration() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).username("shop").password("s3cret"));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Misconfigured("auth_not_offered"));
  }

  // ---- refusals

  @ParameterizedTest
  @CsvSource({
    "550, 5.1.1 no such user, InvalidTarget",
    "550, no such user, Rejected",
    "450, 4.2.0 Greylisted, Throttled",
    "452, 4.2.2 mailbox full, Retryable",
    "552, 5.2.2 mailbox full, Retryable",
    "554, 5.7.1 spam, Rejected",
    "530, 5.7.0 authenticate, Misconfigured"
  })
  void reportsWhatARecipientWasRefusedFor(int code, String text, String outcome) {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).poolSize(1));
    server.reject(a -> a.startsWith("bad"), code, text);

    Outcome refused = Mails.send(provider, Mails.to("bad@example.com"));
    assertThat(refused.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(refused.code()).startsWith(Integer.toString(code)).doesNotContain("example.com");

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .as("the next mail on the same connection")
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PIPELINING", "8BITMIME"})
  void refusedRecipientLeavesTheConnectionUsable(String extension) {
    ScriptedSmtpServer server =
        scripted().offering(extension).on("RCPT", "550 5.1.1 unknown").on("DATA", "503 5.5.1 no");
    SmtpProvider provider = provider(to(server));

    assertThat(Mails.send(provider, Mails.to("bad@example.com")))
        .isEqualTo(new Outcome.InvalidTarget("550 5.1.1"));
    server.byDefault("RCPT").byDefault("DATA");
    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.count("RSET")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PIPELINING", "SIZE"})
  void serverThatRefusesToResetIsLeftForANewConnection(String extension) {
    ScriptedSmtpServer server = scripted().offering(extension).on("RCPT", "550 5.1.1 unknown");
    server.on("RSET", "502 5.5.1 not implemented");
    SmtpProvider provider = provider(to(server));

    assertThat(Mails.send(provider, Mails.to("bad@example.com")))
        .isEqualTo(new Outcome.InvalidTarget("550 5.1.1"));
    server.byDefault("RCPT");
    for (int i = 0; i < 2; i++) {
      assertThat(Mails.send(provider, Mails.to("ann@example.com")))
          .isInstanceOf(Outcome.Accepted.class);
    }
    assertThat(server.connections()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"GREETING, 220-, Retryable", "RCPT, 250, Retryable", "END, 250-, Unknown"})
  void serverThatDoesNotStopTalkingIsLeft(String step, String start, String outcome) {
    ScriptedSmtpServer server =
        scripted()
            .on(
                step,
                d -> {
                  d.raw(start);
                  while (true) {
                    d.raw("x".repeat(10_000) + (start.endsWith("-") ? "\r\n" + start : ""));
                  }
                });
    Outcome got = Mails.send(provider(to(server)), Mails.to("ann@example.com"));
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
  }

  @Test
  void serverThatWantsContentForNobodyGetsNone() {
    ScriptedSmtpServer server = scripted().on("RCPT", "550 5.1.1 unknown");
    SmtpProvider provider = provider(to(server));

    assertThat(Mails.send(provider, Mails.to("bad@example.com")))
        .isEqualTo(new Outcome.InvalidTarget("550 5.1.1"));
    assertThat(server.messages()).containsExactly("");
    server.byDefault("RCPT");
    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GREETING, 554 5.7.1 blocked, Misconfigured",
    "GREETING, 421 too busy, Throttled",
    "GREETING, hello there, Retryable",
    "EHLO, 421 4.3.2 closing, Retryable",
    "MAIL, 451 4.3.0 try later, Retryable",
    "MAIL, 550 5.7.26 unauthenticated, Misconfigured",
    "MAIL, 550 5.1.1 who are you, Rejected",
    "DATA, 451 4.7.1 slow down, Throttled",
    "END, 552 5.3.4 too big, Rejected",
    "END, 550 5.1.1 unknown after all, InvalidTarget",
    "END, 451 4.3.0 disk full, Retryable",
    "END, gibberish, Unknown"
  })
  void judgesEachStepOfTheDialogue(String step, String reply, String outcome) {
    ScriptedSmtpServer server = scripted().on(step, reply);

    Outcome refused = Mails.send(provider(to(server)), Mails.to("ann@example.com"));

    assertThat(refused.getClass().getSimpleName()).isEqualTo(outcome);
  }

  // ---- broken connections

  @Test
  void refusedConnectionIsRetryable() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server));
    server.close();

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Retryable("connect"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA"})
  void connectionLostBeforeTheFinalDotIsRetryable(String step) {
    for (String extension : List.of("PIPELINING", "8BITMIME")) {
      ScriptedSmtpServer server =
          scripted().offering(extension).on(step, ScriptedSmtpServer.hangUp());

      assertThat(Mails.send(provider(to(server)), Mails.to("ann@example.com")))
          .isInstanceOf(Outcome.Retryable.class);
    }
  }

  @Test
  void connectionLostInTheMiddleOfALargeMessageIsRetryable() {
    ScriptedSmtpServer server =
        scripted()
            .on(
                "DATA",
                d -> {
                  d.raw("354 go ahead\r\n");
                  d.read(10_000);
                  d.reset();
                });
    byte[] large = new byte[20_000_000];

    assertThat(
            Mails.send(
                provider(to(server)),
                Mails.with(
                    Mails.message()
                        .attachment(Attachment.file("a.bin", "application/zip", large))
                        .build())))
        .isEqualTo(new Outcome.Retryable("connection_lost"));
  }

  @Test
  void connectionLostAfterTheFinalDotIsUnknown() {
    for (ScriptedSmtpServer.Action action :
        List.of(ScriptedSmtpServer.hangUp(), ScriptedSmtpServer.reset())) {
      ScriptedSmtpServer server = scripted().on("END", action);
      SmtpProvider provider = provider(to(server));

      assertThat(Mails.send(provider, Mails.to("ann@example.com")))
          .isEqualTo(new Outcome.Unknown("no_reply_after_data"));
      server.byDefault("END");
      assertThat(Mails.send(provider, Mails.to("ann@example.com")))
          .isInstanceOf(Outcome.Accepted.class);
      assertThat(server.count("MAIL")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GREETING", "EHLO", "MAIL", "DATA"})
  void silenceBeforeTheFinalDotIsRetryable(String step) {
    CountDownLatch never = new CountDownLatch(1);
    ScriptedSmtpServer server = scripted().on(step, d -> ScriptedSmtpServer.await(never));
    SmtpProvider provider = provider(to(server).readTimeout(Duration.ofSeconds(1)));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOfSatisfying(
            Outcome.Retryable.class, o -> assertThat(o.code()).startsWith("timeout"));
  }

  @Test
  void silenceAfterTheFinalDotIsUnknown() {
    CountDownLatch never = new CountDownLatch(1);
    ScriptedSmtpServer server = scripted().on("END", d -> ScriptedSmtpServer.await(never));
    SmtpProvider provider = provider(to(server).readTimeout(Duration.ofSeconds(1)));

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Unknown("timeout_after_data"));
  }

  @ParameterizedTest
  @CsvSource({"EHLO, Retryable", "END, Unknown"})
  void dripIsCutOffAtTheTimeoutOfTheWhole(String step, String outcome) {
    AtomicInteger drops = new AtomicInteger();
    ScriptedSmtpServer server =
        scripted()
            .on(
                step,
                d -> {
                  for (int i = 0; i < 600; i++) {
                    d.raw("2");
                    drops.incrementAndGet();
                    d.pause(Duration.ofMillis(100));
                  }
                });
    SmtpProvider provider = provider(to(server).timeout(Duration.ofSeconds(2)));

    Outcome cut = Mails.send(provider, Mails.to("ann@example.com"));
    assertThat(cut.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(cut.code()).startsWith("timeout");
    // Of the server's own pace, which a busy machine slows, too: 30 seconds, half of the default.
    assertThat(drops.get()).as("drops until it was cut off").isLessThan(300);
  }

  @Test
  void serverThatStopsReadingIsCutOffAtTheWriteTimeout() {
    ScriptedSmtpServer server = scripted().stopsReading();
    SmtpProvider provider = provider(to(server).writeTimeout(Duration.ofMillis(300)));
    byte[] large = new byte[20_000_000];

    assertThat(
            Mails.send(
                provider,
                Mails.with(
                    Mails.message()
                        .attachment(Attachment.file("a.bin", "application/zip", large))
                        .build())))
        .isEqualTo(new Outcome.Retryable("timeout"));
  }

  // ---- the pool

  @Test
  void reusesOneConnectionForManyMails() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server));

    for (int i = 0; i < 20; i++) {
      assertThat(Mails.send(provider, Mails.to("ann@example.com")))
          .isInstanceOf(Outcome.Accepted.class);
    }
    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.count("RSET")).isZero();
  }

  @Test
  void replacesAConnectionAfterItsMails() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server).maxMessagesPerConnection(2));

    for (int i = 0; i < 6; i++) {
      Mails.send(provider, Mails.to("ann@example.com"));
    }
    assertThat(server.connections()).isEqualTo(3);
    Await.until("three farewells", () -> server.count("QUIT") == 3);
  }

  @Test
  void connectionEndedWhileIdleIsReplacedUnnoticed() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server));
    Mails.send(provider, Mails.to("ann@example.com"));
    server.dropAll();

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.connections()).isEqualTo(2);
    assertThat(server.messages()).hasSize(2);
  }

  @Test
  void farewellToAnIdleConnectionIsNoFailure() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server));
    Mails.send(provider, Mails.to("ann@example.com"));
    server.on(
        "MAIL",
        d -> {
          server.byDefault("MAIL");
          d.say("421 4.4.2 idle for too long");
          d.hangUp();
        });

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void idleConnectionIsClosedInTime() {
    ScriptedSmtpServer server = scripted();
    SmtpProvider provider = provider(to(server).idleTime(Duration.ofMillis(50)));
    Mails.send(provider, Mails.to("ann@example.com"));

    Await.until("the farewell", () -> server.count("QUIT") == 1);
  }

  @Test
  void waitsNoLongerThanTheTimeoutForAConnection() {
    CountDownLatch release = new CountDownLatch(1);
    ScriptedSmtpServer server =
        scripted().on("END", ScriptedSmtpServer.waitFor(release, "250 2.0.0 queued"));
    SmtpProvider provider = provider(to(server).maxInFlight(2).timeout(Duration.ofSeconds(3)));
    CompletableFuture<Outcome> first =
        provider.send(Mails.to("ann@example.com")).toCompletableFuture();
    Await.until("the first mail", () -> server.messages().size() == 1);
    server.refuseNew();

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Retryable.class);
    assertThat(first.join()).isInstanceOf(Outcome.Unknown.class);
    release.countDown();
  }

  @Test
  void saysWhenThereIsNoRoom() {
    CountDownLatch release = new CountDownLatch(1);
    ScriptedSmtpServer server =
        scripted().on("END", ScriptedSmtpServer.waitFor(release, "250 2.0.0 queued"));
    SmtpProvider provider = provider(to(server).maxInFlight(1));
    CompletableFuture<Outcome> first =
        provider.send(Mails.to("ann@example.com")).toCompletableFuture();

    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Throttled("max_in_flight", null, Outcome.Scope.PROVIDER));
    release.countDown();
    assertThat(first.join()).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void manyMailsAtOnceAllArriveOnce() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).poolSize(4).maxInFlight(200));
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sends.add(provider.send(Mails.to("user" + i + "@example.com")).toCompletableFuture());
    }

    assertThat(sends).allSatisfy(s -> assertThat(s.join()).isInstanceOf(Outcome.Accepted.class));
    assertThat(server.received().stream().map(m -> m.recipients().get(0)).distinct()).hasSize(200);
    assertThat(server.received()).hasSize(200);
  }

  @Test
  void closeWaitsForMailsInFlightAndLeavesNoThread() {
    CountDownLatch release = new CountDownLatch(1);
    ScriptedSmtpServer server =
        scripted().on("END", ScriptedSmtpServer.waitFor(release, "250 2.0.0 queued"));
    SmtpProvider provider = provider(to(server).name("closing"));
    CompletableFuture<Outcome> send =
        provider.send(Mails.to("ann@example.com")).toCompletableFuture();
    Await.until("the mail", () -> server.messages().size() == 1);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(provider::close);
    assertThat(closing).isNotDone();
    release.countDown();

    closing.join();
    assertThat(send.join()).isInstanceOf(Outcome.Accepted.class);
    Await.until(
        "its threads to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("notify-closing")));
    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isEqualTo(new Outcome.Retryable("provider_closed"));
  }

  // ---- the message

  private ReceivedMail delivered(SendRequest request) {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    assertThat(Mails.send(provider(to(server)), request)).isInstanceOf(Outcome.Accepted.class);
    return server.received().get(0);
  }

  @Test
  void messageIdIsTheDeliverysAndStaysOverRetries() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server));
    SendRequest request = Mails.to("ann@example.com");
    String id = request.deliveryId() + "@example.com";

    assertThat(Mails.send(provider, request)).isEqualTo(new Outcome.Accepted(id));
    assertThat(Mails.send(provider, request)).isEqualTo(new Outcome.Accepted(id));
    assertThat(server.received())
        .allSatisfy(m -> assertThat(m.header("Message-ID")).contains("<" + id + ">"));
  }

  @Test
  void dateIsTheClocksInUtc() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    Instant noon = Instant.parse("2026-11-21T12:00:00Z");
    Mails.send(provider(to(server).clock(() -> noon)), Mails.to("ann@example.com"));

    assertThat(server.received().get(0).header("Date")).contains("Sat, 21 Nov 2026 12:00:00 +0000");
  }

  @Test
  void bodyArrivesWholeWhateverItsLineEndsAndDots() {
    String text = ".\n..\r\n.three\rlone\n\n. \nEND";
    ReceivedMail mail = delivered(Mails.with(Mails.message().text(text).build()));

    assertThat(mail.text().orElseThrow().stripTrailing())
        .isEqualTo(".\r\n..\r\n.three\r\nlone\r\n\r\n. \r\nEND");
    String raw = new String(mail.raw(), StandardCharsets.ISO_8859_1).replace("\r\n", "");
    assertThat(raw).doesNotContain("\r").doesNotContain("\n");
  }

  @Test
  void namesSubjectsAndFileNamesKeepTheirScript() {
    ReceivedMail mail =
        delivered(
            Mails.request(
                "ann@bücher.example",
                "김철수",
                Mails.message()
                    .subject("주문이 발송되었습니다 🚚 " + "아주 긴 제목 ".repeat(20).strip())
                    .text("안녕하세요")
                    .html("<p>안녕하세요</p>")
                    .from("카페 <cafe@example.com>")
                    .replyTo("Hilfe für Sie <hilfe@example.com>")
                    .header("X-Campaign", "겨울")
                    .attachment(Attachment.file("영수증.pdf", "application/pdf", new byte[] {1}))
                    .build()));

    assertThat(mail.recipients()).containsExactly("ann@xn--bcher-kva.example");
    assertThat(mail.subject()).startsWith("주문이 발송되었습니다 🚚 아주 긴 제목");
    assertThat(mail.header("To")).contains("김철수 <ann@xn--bcher-kva.example>");
    assertThat(mail.header("From")).contains("카페 <cafe@example.com>");
    assertThat(mail.header("Reply-To")).contains("Hilfe für Sie <hilfe@example.com>");
    assertThat(mail.header("X-Campaign")).contains("겨울");
    assertThat(mail.text()).contains("안녕하세요");
    assertThat(mail.html()).contains("<p>안녕하세요</p>");
    assertThat(mail.fileNames()).containsExactly("영수증.pdf");
    assertThat(mail.raw()).doesNotContain(nonAscii());
    assertThat(mail.headers().lines()).allSatisfy(l -> assertThat(l.length()).isLessThan(200));
  }

  private static byte[] nonAscii() {
    byte[] all = new byte[128];
    for (int i = 0; i < 128; i++) {
      all[i] = (byte) (i + 128);
    }
    return all;
  }

  @Test
  void partsNestAsReadersExpect() {
    ReceivedMail mail =
        delivered(
            Mails.with(
                Mails.message()
                    .text("plain")
                    .html("<img src=\"cid:logo\">")
                    .attachment(
                        Attachment.inline("logo", "logo.png", "image/png", new byte[] {1, 2}))
                    .attachment(Attachment.file("a.pdf", "application/pdf", new byte[] {3}))
                    .build()));
    String raw = new String(mail.raw(), StandardCharsets.US_ASCII);

    assertThat(raw)
        .containsSubsequence(
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "multipart/related; type=\"text/html\"",
            "text/html",
            "image/png",
            "Content-Disposition: inline",
            "Content-ID: <logo>",
            "application/pdf",
            "Content-Disposition: attachment");
    assertThat(mail.fileNames()).containsExactly("logo.png", "a.pdf");
  }

  @Test
  void unsubscribeHeadersComeAsThePairOfRfc8058() {
    ReceivedMail mail =
        delivered(
            Mails.with(
                Mails.message()
                    .unsubscribeUrl("https://shop.example/u?t=abc")
                    .unsubscribeMailto("unsubscribe@shop.example")
                    .build()));

    assertThat(mail.header("List-Unsubscribe"))
        .contains("<mailto:unsubscribe@shop.example>, <https://shop.example/u?t=abc>");
    assertThat(mail.header("List-Unsubscribe-Post")).contains("List-Unsubscribe=One-Click");
  }

  @Test
  void bouncesGoToTheReturnPath() {
    FakeSmtpServer server = use(FakeSmtpServer.start());
    SmtpProvider provider = provider(to(server).returnPath("bounces@example.com"));
    Mails.send(provider, Mails.to("ann@example.com"));

    assertThat(server.received().get(0).sender()).isEqualTo("bounces@example.com");
    assertThat(server.received().get(0).header("From")).contains("Shop <shop@example.com>");
  }

  @Test
  void internationalLocalPartNeedsSmtpUtf8() {
    ScriptedSmtpServer without = scripted();
    assertThat(Mails.send(provider(to(without)), Mails.to("안녕@example.com")))
        .isEqualTo(new Outcome.Rejected("smtputf8_not_offered"));
    assertThat(without.count("MAIL")).isZero();

    ScriptedSmtpServer with = scripted().offering("SMTPUTF8", "8BITMIME");
    assertThat(Mails.send(provider(to(with)), Mails.to("안녕@bücher.example")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(with.commands())
        .contains("RCPT TO:<안녕@xn--bcher-kva.example>")
        .anyMatch(c -> c.startsWith("MAIL FROM:<shop@example.com>") && c.endsWith(" SMTPUTF8"));
    assertThat(with.messages().get(0)).contains("안녕@xn--bcher-kva.example");
  }

  @Test
  void mailBeyondTheServersSizeIsNotBegun() {
    ScriptedSmtpServer server = scripted().offering("SIZE 1000");
    SmtpProvider provider = provider(to(server));

    assertThat(Mails.send(provider, Mails.with(Mails.message().text("x".repeat(2000)).build())))
        .isEqualTo(new Outcome.Rejected("too_large"));
    assertThat(Mails.send(provider, Mails.to("ann@example.com")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.commands()).anyMatch(c -> c.matches("MAIL FROM:<.*> SIZE=\\d+"));
  }
}
