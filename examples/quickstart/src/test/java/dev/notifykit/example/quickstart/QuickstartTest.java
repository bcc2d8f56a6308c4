package dev.notifykit.example.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the server received against {@link Expected}, a count that knows no library. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartTest {
  /** A push for each of three devices and a text. */
  private static final int PARCEL = 4;

  private static final Pattern REFERENCE = Pattern.compile("orders#A-\\d+-[a-z]+");

  private final Expected expected = Expected.ofFiles();
  private final MailServers server = MailServers.start();
  private final Phones phones = new Phones();
  private Quickstart quickstart;
  private Evening evening;
  private List<ReceivedMail> received;
  private Evening again;

  @BeforeAll
  void runTheEveningTwice(@TempDir Path state) throws Exception {
    quickstart =
        new Quickstart(server, phones, state, new PrintStream(OutputStream.nullOutputStream()));
    try (NotificationClient client = quickstart.newClient(quickstart.openStore())) {
      evening = quickstart.evening(client);
    }
    received = server.received();
    try (NotificationClient client = quickstart.newClient(quickstart.openStore())) {
      again = quickstart.evening(client);
    }
  }

  @AfterAll
  void stop() {
    server.close();
    phones.close();
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
    assertThat(evening.count(Receipt.Status.ACCEPTED)).isEqualTo(expected.events() + 1);
    assertThat(evening.count(Receipt.Status.DUPLICATE)).isEqualTo(expected.repeated());
    assertThat(evening.count(Receipt.Status.CONFLICT)).isEqualTo(expected.conflicting());
    assertThat(evening.refused()).hasSize(expected.refused());
    assertThat(evening.receipts().size() + evening.refused().size()).isEqualTo(2_001);
  }

  @Test
  void everyAcceptedOrderEndsOnceAndForAStatedReason() {
    assertThat(evening.deliveries()).hasSize(expected.events() + PARCEL);
    assertThat(evening.count(DeliveryState.ACCEPTED)).isEqualTo(expected.mailed().size() + PARCEL);
    assertThat(evening.reasons(DeliveryState.SUPPRESSED)).isEqualTo(expected.suppressed());
    assertThat(evening.reasons(DeliveryState.DEAD)).isEqualTo(expected.dead());
  }

  @Test
  void theSecondServerTakesOverWhatTheFirstDidNotTake() {
    Map<String, Long> by = evening.providers();
    // It closes between mails: on each other connection one more may have begun.
    assertThat(by.get("smtp-1"))
        .isBetween((long) MailServers.FIRST_TAKES, MailServers.FIRST_TAKES + 3L);
    assertThat(by.get("smtp-1") + by.get("smtp-2")).isEqualTo(expected.mailed().size());
  }

  @Test
  void aParcelIsToldOnEveryDeviceOnce() {
    assertThat(phones.received())
        .map(line -> line.substring(0, 7).strip())
        .containsExactlyInAnyOrder("iPhone", "Android", "browser", "SMS");
  }

  @Test
  void aBusyServerIsTriedAgain() {
    // Or the other server was free to be asked at once, which is no retry.
    assertThat(evening.retried()).isBetween(1L, expected.retried());
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
        .isEqualTo(1 + expected.events() + expected.repeated());
    assertThat(server.received()).hasSameSizeAs(received);
  }

  @Test
  void theProgramTellsAllOfIt(@TempDir Path state) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path own = Files.writeString(state.resolve("own.txt"), "not the program's");
    try (MailServers other = MailServers.start();
        Phones others = new Phones()) {
      new Quickstart(other, others, state, new PrintStream(out, true, UTF_8)).run();
    }
    assertThat(state)
        .as("an evening that is over is forgotten, and nothing else")
        .isDirectoryContaining(own::equals)
        .isDirectoryNotContaining(file -> !file.equals(own));
    assertThat(out.toString(UTF_8))
        .doesNotContain("The last run did not end.")
        .containsPattern("accepted +" + grouped(expected.events() + 1))
        .containsPattern("sent +" + grouped(expected.mailed().size() + PARCEL))
        .containsPattern("apns +1\n +fcm +2\n +smtp-1 +\\d{3}\n +smtp-2 +\\d{3}\n +twilio +1\n")
        .contains("SMS      Your parcel")
        .containsPattern("RATE_LIMITED +100")
        .contains("Subject: Your order A-", "Subject: 주문 A-")
        .contains("PREFERENCES  SUPPRESS  ")
        .contains("mails received this time: 0");
  }

  private static String grouped(int count) {
    return String.format(Locale.ENGLISH, "%,d", count);
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
