package dev.notifykit.test.provider;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationException;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.CapturedLogs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Provider} does, tested over the wire. A subclass wires the provider under test
 * to a {@link FakeService}:
 *
 * <pre>{@code
 * final class AcmeProviderTest extends ProviderContract {
 *   protected FakeService startService() { return FakeAcme.start(); }
 *   protected Provider createProvider(FakeService service, Duration timeout) {
 *     return AcmeProvider.builder().url(((FakeAcme) service).url()).apiKey(SECRET)
 *         .timeout(timeout).build();
 *   }
 *   protected List<String> secrets() { return List.of(SECRET); }
 * }
 * }</pre>
 *
 * <p>What a service cannot do is declared in {@link #unsupported} with a reason and shows as a
 * skipped test. In every case all that is logged, at every level, is searched for the address, the
 * content and the secrets, which are unmistakable.
 */
@Isolated("captures the logs of the whole process")
@Timeout(value = 60, unit = SECONDS)
public abstract class ProviderContract {
  /** The email address of {@link #sampleTarget}. */
  protected static final String CANARY_EMAIL = "canary.person@canary-domain.example";

  /** The phone number of {@link #sampleTarget}; a valid one. */
  protected static final String CANARY_PHONE = "+14155550173";

  /** The device token of {@link #sampleTarget}: 64 hexadecimal digits, as APNs likes them. */
  protected static final String CANARY_TOKEN =
      "cafebabe0ddba11fcafebabe0ddba11fcafebabe0ddba11fcafebabe0ddba11f";

  /** The recipient's name in {@link #sample}. */
  protected static final String CANARY_NAME = "Canaria Nameson";

  /** The subject or title in {@link #sampleMessage}. */
  protected static final String CANARY_SUBJECT = "Canary subject 5b1e";

  /** The body in {@link #sampleMessage}. */
  protected static final String CANARY_BODY = "Canary body 9f3c: your code is 731946";

  /** What {@link ServiceBehaviour#HANG} and the like are cut off after. */
  protected static final Duration TIMEOUT = Duration.ofSeconds(2);

  /**
   * What a hostile value tries to add: a header line, a JSON member, a form field, an SMTP command
   * or a recipient. Within a body, encoded as JSON or MIME wants it, the same words do no harm.
   */
  private static final Pattern INJECTED =
      Pattern.compile(
          "(?im)^injected:"
              + "|(?<!\\\\)\"injected\"\\s*:"
              + "|^[^\\s\"{}<>]*[&?]injected="
              + "|^[A-Z]+ \\S*[&?]injected="
              + "|^MAIL FROM:<injected@"
              + "|[,>] ?<injected@");

  private @Nullable CapturedLogs logs;
  private @Nullable FakeService service;
  private @Nullable Provider provider;
  private final List<String> said = new ArrayList<>();

  /** For subclasses. */
  protected ProviderContract() {}

  /** Starts a service that accepts everything. The contract closes it. */
  protected abstract FakeService startService();

  /**
   * Creates the provider under test, wired to the service. The contract closes it.
   *
   * @param to the service, as {@link #startService} returned it
   * @param timeout the send timeout to set: {@link #TIMEOUT} in cases that wait for it to end, and
   *     more than {@link #patience} in all others, which no timeout may turn red on a slow machine
   *     or green on any
   */
  protected abstract Provider createProvider(FakeService to, Duration timeout);

  /** Returns every password, key and token the provider is configured with. */
  protected abstract List<String> secrets();

  /** Returns what the service or its protocol cannot do, with the reason; default nothing. */
  protected Map<ServiceBehaviour, String> unsupported() {
    return Map.of();
  }

  /** Returns why the service sends no Retry-After, or null, the default, if it does. */
  protected @Nullable String noRetryAfter() {
    return null;
  }

  /** Returns how long a case waits for what must happen; default 20 seconds. */
  protected Duration patience() {
    return Duration.ofSeconds(20);
  }

  /** Returns whether the service gives each message an id; default true. */
  protected boolean givesMessageIds() {
    return true;
  }

  /** Returns the documented outcome of a malformed reply; default unknown. */
  protected Class<? extends Outcome> malformedOutcome() {
    return Outcome.Unknown.class;
  }

  /**
   * Returns prefixes of loggers that may say anything: those of the fake services, which run in
   * this process. An override that adds a client library's logger says in a comment why the
   * provider cannot keep it quiet.
   */
  protected List<String> ignoredLoggers() {
    return List.of(
        "org.subethamail",
        "mockwebserver3",
        "okhttp3.mockwebserver",
        "com.eatthepath.pushy.apns.server",
        "com.sun.net.httpserver",
        "sun.net.httpserver",
        "org.junit",
        "dev.notifykit.test");
  }

  /** Returns the target to send to; default one of the provider's channel, an iPhone for pushes. */
  protected Target sampleTarget() {
    return switch (provider().channel()) {
      case EMAIL -> Target.email(CANARY_EMAIL);
      case SMS -> Target.phone(CANARY_PHONE);
      case PUSH -> Target.device(Device.builder(Platform.IOS, CANARY_TOKEN).build());
      case INBOX -> Target.inbox("user-1");
    };
  }

  /** Returns the message to send; default one of the provider's channel. */
  protected Message sampleMessage() {
    return message(CANARY_SUBJECT, CANARY_BODY);
  }

  /** Returns a new request with the sample target and message, and an id of its own. */
  protected final SendRequest sample() {
    return request(sampleTarget(), sampleMessage(), CANARY_NAME);
  }

  /**
   * Returns an attempt in a form in which address and text can be found as they are, in JSON or
   * with percent-encoding; default as it came. A service that takes Base64, say, decodes it here.
   *
   * @param received one of {@link FakeService#received}
   */
  protected String readable(String received) {
    return received;
  }

  /**
   * Returns requests whose text tries to add a header, a field or a recipient to what is sent. Each
   * must be refused, or arrive with its text encoded. Default: the provider's channel's.
   */
  protected List<SendRequest> hostileRequests() {
    return provider().channel() == Channel.EMAIL ? hostileMails() : hostileTexts();
  }

  private List<SendRequest> hostileMails() {
    List<SendRequest> hostile = new ArrayList<>();
    Target target = sampleTarget();
    for (String end : List.of("\r\n", "\n", "\r", "\r\n ", "\u0000\r\n", "\u2028\r\n")) {
      String line = "x" + end + "Injected: yes";
      hostile.add(request(target, message(line, CANARY_BODY), CANARY_NAME));
      hostile.add(request(target, sampleMessage(), line));
      hostile.add(request(Target.email("a@example.com" + line), sampleMessage(), null));
      hostile.add(request(target, mail().header("X-Thing", line).build(), null));
      hostile.add(request(target, mail().replyTo("b@example.com" + line).build(), null));
      hostile.add(request(target, mail().from("c@example.com" + line).build(), null));
      hostile.add(
          request(target, mail().unsubscribeUrl("https://e.example/" + line).build(), null));
    }
    String smuggled = "\r\nMAIL FROM:<injected@example.com>\r\n";
    hostile.add(request(target, message(CANARY_SUBJECT, "x\r\n." + smuggled), null));
    hostile.add(request(target, message(CANARY_SUBJECT, "x\n.\n" + smuggled.strip()), null));
    hostile.add(
        request(Target.email("a@example.com>, <injected@example.com"), sampleMessage(), null));
    return hostile;
  }

  private EmailMessage.Builder mail() {
    return EmailMessage.builder().subject(CANARY_SUBJECT).text(CANARY_BODY);
  }

  private List<SendRequest> hostileTexts() {
    List<SendRequest> hostile = new ArrayList<>();
    List<String> texts =
        List.of(
            "x\",\"injected\":\"yes",
            "x&injected=yes",
            "x\r\nInjected: yes",
            "x\u0000\u2028\ud800");
    for (String text : texts) {
      hostile.add(request(sampleTarget(), message(text, text), text));
      hostileTarget(text).map(t -> request(t, sampleMessage(), null)).ifPresent(hostile::add);
    }
    return hostile;
  }

  private Optional<Target> hostileTarget(String text) {
    Target target = sampleTarget();
    Device device = target.device().orElse(null);
    try {
      return Optional.of(
          device == null
              ? Target.phone(target.address() + text)
              : Target.device(Device.builder(device.platform(), device.token() + text).build()));
    } catch (InvalidNotificationException e) {
      return Optional.empty(); // no device can have it, so that no provider is ever asked
    }
  }

  private Message message(String subject, String body) {
    return switch (provider().channel()) {
      case EMAIL -> EmailMessage.builder().subject(subject).text(body).build();
      case SMS -> SmsMessage.of(body);
      case PUSH -> PushMessage.builder().title(subject).body(body).build();
      case INBOX -> InboxMessage.builder().title(subject).body(body).build();
    };
  }

  /** Returns a request with an id of its own. */
  protected final SendRequest request(Target target, Message message, @Nullable String name) {
    return new SendRequest(
        UUID.randomUUID(), 1, "", "user-1", name, target, message, "orders", Priority.NORMAL, null);
  }

  /** Returns the service of this test. */
  protected final FakeService service() {
    FakeService started = service;
    if (started == null) {
      throw new IllegalStateException("the service is started before each test");
    }
    return started;
  }

  /** Returns the provider of this test. */
  protected final Provider provider() {
    Provider created = provider;
    if (created == null) {
      throw new IllegalStateException("the provider is created before each test");
    }
    return created;
  }

  @BeforeEach
  final void startBoth() {
    said.clear(); // an instance may serve the whole class
    provider = null;
    service = null;
    logs = CapturedLogs.start();
    service = startService();
    provider = createProvider(service, patience().multipliedBy(2));
  }

  private void recreateWith(Duration timeout) {
    provider().close();
    provider = createProvider(service(), timeout);
  }

  @AfterEach
  final void stopBothAndSearchTheLogs() {
    Set<String> leaks = new LinkedHashSet<>();
    try {
      if (provider != null) {
        said.add(provider.toString());
        provider.close();
      }
      if (service != null) {
        service.close();
      }
    } finally {
      if (logs != null) {
        logs.close();
        leaks.addAll(leaksInLogs(logs));
      }
    }
    said.forEach(text -> canariesIn(text).forEach(c -> leaks.add(c + " in an outcome: " + text)));
    assertThat(leaks).as("addresses, content or secrets that were written down").isEmpty();
  }

  private Set<String> leaksInLogs(CapturedLogs captured) {
    Set<String> leaks = new LinkedHashSet<>();
    for (CapturedLogs.Line line : captured.lines()) {
      if (ignoredLoggers().stream().noneMatch(line.logger()::startsWith)) {
        canariesIn(line.text()).forEach(c -> leaks.add(c + " by " + line.logger()));
      }
    }
    return leaks;
  }

  private List<String> canariesIn(String text) {
    List<String> canaries = new ArrayList<>(secrets());
    canaries.add(CANARY_EMAIL);
    canaries.add(CANARY_PHONE.substring(1));
    canaries.add(CANARY_TOKEN);
    canaries.add(CANARY_NAME);
    canaries.add(CANARY_SUBJECT);
    canaries.add(CANARY_BODY);
    String lower = text.toLowerCase(Locale.ROOT);
    canaries.removeIf(c -> c.isEmpty() || !lower.contains(c.toLowerCase(Locale.ROOT)));
    return canaries;
  }

  // ---- what the service answers

  @Test
  void acceptedMessageHasTheServicesId() {
    Outcome outcome = outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
    String messageId = ((Outcome.Accepted) outcome).messageId();
    if (givesMessageIds()) {
      assertThat(messageId).as("message id").isNotBlank();
    }
    assertThat(service().attempts()).isEqualTo(1);
  }

  @Test
  void distinctMessagesHaveDistinctIds() {
    assumeTrue(givesMessageIds(), "the service gives no message ids");
    Outcome first = outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
    Outcome second = outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void concurrentSendsArriveEachWithItsTargetAndText() {
    List<String> texts = new ArrayList<>();
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < Math.min(provider().maxInFlight(), 16); i++) {
      texts.add(CANARY_BODY + " no " + (i + 10));
      Message message = message(CANARY_SUBJECT, texts.get(i));
      SendRequest request = request(sampleTarget(), message, CANARY_NAME);
      sends.add(provider().send(request).toCompletableFuture());
    }
    sends.forEach(s -> expect(Outcome.Accepted.class, result(s)));
    List<String> received = service().received().stream().map(this::readable).toList();
    assertThat(received).as("attempts").hasSameSizeAs(texts);
    assertThat(received).as("with the address").allMatch(r -> carries(r, sampleTarget().address()));
    for (String text : texts) {
      assertThat(received.stream().filter(r -> carries(r, text)))
          .as("what was received of \"%s\"", text)
          .hasSize(1);
    }
  }

  private static boolean carries(String received, String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
    return received.contains(text)
        || received.contains(encoded)
        || received.contains(encoded.replace("+", "%20"));
  }

  @Test
  void whatARequestMayLackIsNotNeeded() {
    Instant soon = Instant.now().plusSeconds(600);
    for (Priority priority : Priority.values()) {
      for (Instant expiry : Arrays.asList(soon, null)) {
        SendRequest request =
            new SendRequest(
                UUID.randomUUID(),
                3,
                "acme",
                "user-1",
                null,
                sampleTarget(),
                sampleMessage(),
                "orders",
                priority,
                expiry);
        expect(Outcome.Accepted.class, send(request));
      }
    }
  }

  @Test
  void refusedContentIsRejected() {
    hasCode(once(ServiceBehaviour.REJECT, Outcome.Rejected.class));
  }

  @Test
  void unknownTargetIsInvalid() {
    hasCode(once(ServiceBehaviour.INVALID_TARGET, Outcome.InvalidTarget.class));
  }

  @Test
  void recipientWhoOptedOutWithTheServiceIsReported() {
    hasCode(once(ServiceBehaviour.OPTED_OUT, Outcome.OptedOut.class));
  }

  @Test
  void throttledTargetIsThrottledAlone() {
    Outcome outcome = once(ServiceBehaviour.THROTTLE_TARGET, Outcome.Throttled.class);
    assertThat(((Outcome.Throttled) outcome).scope()).isEqualTo(Outcome.Scope.TARGET);
  }

  @Test
  void throttledAccountIsThrottledWhole() {
    Outcome outcome = once(ServiceBehaviour.THROTTLE_PROVIDER, Outcome.Throttled.class);
    assertThat(((Outcome.Throttled) outcome).scope()).isEqualTo(Outcome.Scope.PROVIDER);
  }

  @Test
  void passingFailureIsRetryable() {
    hasCode(once(ServiceBehaviour.FAIL_FOR_NOW, Outcome.Retryable.class));
  }

  @Test
  void refusedCredentialsAreMisconfiguration() {
    // The refusal may come before a message is handed over, so attempts are not counted.
    hasCode(outcomeUnder(ServiceBehaviour.REFUSE_CREDENTIALS, Outcome.Misconfigured.class));
  }

  @Test
  void unclearFailureIsUnknown() {
    hasCode(once(ServiceBehaviour.FAIL_UNCLEAR, Outcome.Unknown.class));
  }

  @Test
  void malformedReplyHasItsDocumentedOutcome() {
    once(ServiceBehaviour.ANSWER_MALFORMED, malformedOutcome());
  }

  @Test
  void providerRecoversWhenTheServiceDoes() {
    for (ServiceBehaviour behaviour :
        List.of(ServiceBehaviour.FAIL_FOR_NOW, ServiceBehaviour.FAIL_UNCLEAR)) {
      if (!unsupported().containsKey(behaviour)) {
        service().behave(behaviour);
        send(sample());
      }
    }
    outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
  }

  // ---- Retry-After (RFC 9110, section 10.2.3)

  @Test
  void retryAfterInSecondsIsRead() {
    assertThat(retryAfter("7")).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void retryAfterAsADateIsRead() {
    Instant date = Instant.now().plusSeconds(60);
    String header = DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
    assertThat(retryAfter(header)).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "1e9", "Fri, 99 Foo 2026 99:99:99 GMT", "7; x"})
  void bogusRetryAfterIsIgnored(String header) {
    assertThat(retryAfter(header)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999999999999", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT"})
  void hugeRetryAfterBreaksNothing(String header) {
    Duration wait = retryAfter(header);
    assertThat(wait == null || !wait.isNegative()).as("wait %s", wait).isTrue();
  }

  @Test
  void retryAfterInThePastMeansNow() {
    Duration wait = retryAfter("Sat, 01 Jan 2000 00:00:00 GMT");
    assertThat(wait == null || wait.isZero()).as("wait %s", wait).isTrue();
  }

  private @Nullable Duration retryAfter(String header) {
    String reason = noRetryAfter();
    assumeTrue(reason == null, reason);
    service().throttle(header);
    Outcome outcome = send(sample());
    if (outcome instanceof Outcome.Throttled throttled) {
      return throttled.retryAfter();
    }
    assertThat(outcome).isInstanceOf(Outcome.Retryable.class);
    return ((Outcome.Retryable) outcome).retryAfter();
  }

  // ---- what the network does

  @Test
  void refusedConnectionIsRetryable() {
    supports(ServiceBehaviour.REFUSE_CONNECTIONS);
    service().behave(ServiceBehaviour.REFUSE_CONNECTIONS);
    hasCode(expect(Outcome.Retryable.class, send(sample())));
    assertThat(service().attempts()).isZero();
  }

  @Test
  void silenceAfterTheRequestIsUnknownWithinTheTimeout() {
    timesOut(ServiceBehaviour.HANG);
  }

  @Test
  void replyOfOneByteASecondIsUnknownWithinTheTimeout() {
    timesOut(ServiceBehaviour.DRIP);
  }

  private void timesOut(ServiceBehaviour behaviour) {
    supports(behaviour);
    recreateWith(TIMEOUT);
    assertThat(provider().timeout()).as("timeout()").isGreaterThanOrEqualTo(TIMEOUT);
    // The service outlasts the patience for an outcome, so only the timeout can have made this one.
    hasCode(once(behaviour, Outcome.Unknown.class));
  }

  @Test
  void resetBeforeTheReplyIsUnknown() {
    hasCode(once(ServiceBehaviour.RESET_BEFORE_REPLY, Outcome.Unknown.class));
  }

  @Test
  void resetInTheMiddleOfTheReplyIsUnknown() {
    hasCode(once(ServiceBehaviour.RESET_MID_REPLY, Outcome.Unknown.class));
  }

  @Test
  void resetOfAReusedConnectionIsNotRepeatedByTheClientLibrary() {
    supports(ServiceBehaviour.RESET_BEFORE_REPLY);
    outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
    outcomeUnder(ServiceBehaviour.RESET_BEFORE_REPLY, Outcome.Unknown.class);
    assertThat(service().attempts()).as("wire attempts of two sends").isEqualTo(2);
  }

  @Test
  void reconnectsAfterAReset() {
    supports(ServiceBehaviour.RESET_BEFORE_REPLY);
    outcomeUnder(ServiceBehaviour.RESET_BEFORE_REPLY, Outcome.Unknown.class);
    outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
  }

  // ---- load and life

  @Test
  void asManySendsAsAllowedAreInFlightAtOnce() {
    supports(ServiceBehaviour.HANG);
    int max = provider().maxInFlight();
    service().behave(ServiceBehaviour.HANG);
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < max; i++) {
      sends.add(provider().send(sample()).toCompletableFuture());
    }
    Await.until("all " + max + " sends to reach the service", () -> service().attempts() == max);
    service().release();
    sends.forEach(s -> expect(Outcome.Accepted.class, result(s)));
    assertThat(service().attempts()).as("wire attempts").isEqualTo(max);
  }

  @Test
  void closeCompletesWhatIsInFlight() {
    supports(ServiceBehaviour.HANG);
    recreateWith(TIMEOUT); // as long as this a provider may wait for what is in flight
    service().behave(ServiceBehaviour.HANG);
    CompletableFuture<Outcome> send = provider().send(sample()).toCompletableFuture();
    Await.until("the send to reach the service", () -> service().attempts() == 1);
    provider().close();
    Outcome outcome = result(send);
    assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void closesTwice() {
    send(sample());
    provider().close();
    provider().close();
  }

  @Test
  void sendAfterCloseReachesNobodyAndDoesNotHang() {
    provider().close();
    try {
      CompletableFuture<Outcome> send = provider().send(sample()).toCompletableFuture();
      assertThat(result(send)).isNotInstanceOf(Outcome.Accepted.class);
    } catch (NotificationException | IllegalStateException e) {
      said.add(e.toString());
    }
    assertThat(service().attempts()).isZero();
  }

  @Test
  void unusedProviderCloses() {
    provider().close();
    assertThat(service().attempts()).isZero();
  }

  // ---- hostile content

  @Test
  void hostileTextIsRefusedOrEncoded() {
    for (SendRequest hostile : hostileRequests()) {
      int before = service().attempts();
      sendHostile(hostile);
      assertThat(service().attempts() - before).as("attempts of one send").isBetween(0, 1);
    }
    for (String raw : service().received()) {
      assertThat(INJECTED.matcher(raw).find()).as("something was injected in:%n%s", raw).isFalse();
    }
    outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class);
  }

  private void sendHostile(SendRequest hostile) {
    try {
      CompletableFuture<Outcome> send = provider().send(hostile).toCompletableFuture();
      Outcome outcome = send.get(patience().toSeconds(), SECONDS);
      assertThat(outcome)
          .isInstanceOfAny(
              Outcome.Accepted.class, Outcome.Rejected.class, Outcome.InvalidTarget.class);
      said.add(outcome.toString());
    } catch (NotificationException e) {
      said.add(e.toString());
    } catch (ExecutionException e) {
      fail("hostile content is an outcome, not a bug", e.getCause());
    } catch (TimeoutException e) {
      fail("a send of hostile content does not end");
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Test
  void requestAndOutcomeShowNothing() {
    said.add(sample().toString());
    said.add(String.valueOf(outcomeUnder(ServiceBehaviour.ACCEPT, Outcome.Accepted.class).code()));
    said.add(provider().toString());
    said.add(provider().name());
    assertThat(provider().name()).isNotBlank();
    assertThat(provider().maxInFlight()).isPositive();
    assertThat(provider().routes()).isNotEmpty();
  }

  // ---- steps

  private Outcome once(ServiceBehaviour behaviour, Class<? extends Outcome> expected) {
    Outcome outcome = outcomeUnder(behaviour, expected);
    assertThat(service().attempts()).as("wire attempts of one send").isEqualTo(1);
    return outcome;
  }

  private Outcome outcomeUnder(ServiceBehaviour behaviour, Class<? extends Outcome> expected) {
    supports(behaviour);
    service().behave(behaviour);
    return expect(expected, send(sample()));
  }

  private void supports(ServiceBehaviour behaviour) {
    String reason = unsupported().get(behaviour);
    assumeTrue(reason == null, reason);
  }

  private Outcome send(SendRequest request) {
    return result(provider().send(request).toCompletableFuture());
  }

  private Outcome result(CompletableFuture<Outcome> send) {
    try {
      Outcome outcome = send.get(patience().toSeconds(), SECONDS);
      said.add(outcome.toString());
      return outcome;
    } catch (ExecutionException e) {
      throw new AssertionError("a stage fails only for a bug", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no outcome within " + patience(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Outcome expect(Class<? extends Outcome> expected, Outcome outcome) {
    assertThat(outcome).isInstanceOf(expected);
    return outcome;
  }

  private static void hasCode(Outcome outcome) {
    assertThat(outcome.code()).as("code of %s", outcome).isNotBlank();
  }

  private static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted", e);
  }
}
