package dev.notifykit.example.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Holds what the server received against {@link Expected}, a count that knows no library. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartTest {
  private static final Pattern REFERENCE = Pattern.compile("orders#A-\\d+-[a-z]+");

  private final Expected expected = Expected.ofFiles();
  private final NotificationStore store = InMemoryStore.create();
  private MailServer server;
  private Quickstart quickstart;
  private Evening evening;
  private List<ReceivedMail> received;
  private Evening again;

  @BeforeAll
  void runTheEveningTwice() throws Exception {
    server = MailServer.start();
    quickstart = new Quickstart(server, new PrintStream(OutputStream.nullOutputStream()));
    try (NotificationClient client = quickstart.newClient(store)) {
      evening = quickstart.evening(client);
    }
    received = server.received();
    try (NotificationClient client = quickstart.newClient(store)) {
      again = quickstart.evening(client);
    }
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void everyMailThatShouldArriveArrivesOnceAndNoOtherDoes() {
    assertThat(references(received)).containsExactlyInAnyOrderElementsOf(expected.mailed());
  }

  @Test
  void everyMailGoesToTheAddressOfItsOrderAlone() {
    for (ReceivedMail mail : received) {
      assertThat(mail.recipients()).containsExactly(expected.addressOf(reference(mail)));
    }
  }

  @Test
  void nobodyIsMailedWhoOptedOut() {
    Set<String> references = new HashSet<>(references(received));
    assertThat(expected.optedOut()).isNotEmpty().doesNotContainAnyElementsOf(references);
  }

  @Test
  void everyOrderIsAcceptedRepeatedConflictingOrRefused() {
    assertThat(evening.count(Receipt.Status.ACCEPTED)).isEqualTo(expected.events());
    assertThat(evening.count(Receipt.Status.DUPLICATE)).isEqualTo(expected.repeated());
    assertThat(evening.count(Receipt.Status.CONFLICT)).isEqualTo(expected.conflicting());
    assertThat(evening.refused()).hasSize(expected.refused());
    assertThat(evening.receipts().size() + evening.refused().size()).isEqualTo(2_000);
  }

  @Test
  void everyAcceptedOrderEndsOnceAndForAStatedReason() {
    assertThat(evening.deliveries()).hasSize(expected.events());
    assertThat(evening.count(DeliveryState.ACCEPTED)).isEqualTo(expected.mailed().size());
    assertThat(evening.reasons(DeliveryState.SUPPRESSED)).isEqualTo(expected.suppressed());
    assertThat(evening.reasons(DeliveryState.DEAD)).isEqualTo(expected.dead());
  }

  @Test
  void aBusyServerIsTriedAgain() {
    assertThat(evening.retried()).isEqualTo(expected.retried());
  }

  @Test
  void aScheduledReminderIsSentWhenItIsDueAndNotBefore() {
    Duration[] waits =
        evening.deliveries().stream()
            .filter(delivery -> delivery.template().equals("order-reminder"))
            .filter(delivery -> delivery.state() == DeliveryState.ACCEPTED)
            .map(delivery -> Duration.between(evening.start(), delivery.updatedAt()))
            .sorted()
            .toArray(Duration[]::new);
    int last = waits.length - 1;
    assertThat(waits[last]).isGreaterThanOrEqualTo(Duration.ofSeconds(6));
    assertThat(waits[last - 1]).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    assertThat(waits[last - 2]).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void customersReadTheirOwnLanguageAndTheOthersEnglish() {
    for (ReceivedMail mail : received) {
      boolean korean = expected.localeOf(reference(mail)).equals("ko-KR");
      assertThat(mail.subject()).contains(korean ? "주문" : "our order");
      assertThat(mail.html().orElseThrow()).contains(korean ? "lang=\"ko\"" : "lang=\"en\"");
    }
  }

  @Test
  void whatCustomersAreCalledIsTextAndNotMarkup() {
    ReceivedMail mail =
        received.stream()
            .filter(m -> m.text().orElseThrow().contains("<b>Tom</b> & Sons"))
            .findFirst()
            .orElseThrow();
    assertThat(mail.html().orElseThrow())
        .contains("&lt;b&gt;Tom&lt;/b&gt; &amp; Sons")
        .doesNotContain("<b>");
  }

  @Test
  void theSameFileAgainSendsNothing() {
    assertThat(again.count(Receipt.Status.ACCEPTED)).isZero();
    assertThat(again.count(Receipt.Status.DUPLICATE))
        .isEqualTo(expected.events() + expected.repeated());
    assertThat(server.received()).hasSameSizeAs(received);
  }

  @Test
  void theProgramTellsAllOfIt() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MailServer other = MailServer.start()) {
      new Quickstart(other, new PrintStream(out, true, UTF_8)).run();
    }
    assertThat(out.toString(UTF_8))
        .containsPattern("accepted +" + grouped(expected.events()))
        .containsPattern("sent +" + grouped(expected.mailed().size()))
        .containsPattern("RATE_LIMITED +100")
        .contains("Subject: Your order A-", "Subject: 주문 A-")
        .contains("PREFERENCES  SUPPRESS  ")
        .contains("mails received this time: 0");
  }

  private String sent() {
    return "%,d".formatted(expected.mailed().size()).replace('.', ',');
  }

  private static List<String> references(List<ReceivedMail> mails) {
    List<String> references = new ArrayList<>();
    mails.forEach(mail -> references.add(reference(mail)));
    return references;
  }

  private static String reference(ReceivedMail mail) {
    Matcher matcher = REFERENCE.matcher(mail.text().orElseThrow());
    assertThat(matcher.find()).isTrue();
    return matcher.group();
  }
}
