package dev.notifykit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Notification;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ContentFingerprintTest {
  private static final String TEXT = "Ann's order 4711, paid";

  private static long of(Map<String, Object> data) {
    return ContentFingerprint.of(Notification.builder("t").to("u").with(data).build());
  }

  @Test
  void everyCharacterAndTheLengthCount() {
    Set<Long> seen = new HashSet<>();
    seen.add(of(Map.of("name", TEXT)));
    for (int i = 0; i < TEXT.length(); i++) {
      for (char c : new char[] {'x', '\u00e9', '\ud55c', '\uffee'}) {
        String changed = TEXT.substring(0, i) + c + TEXT.substring(i + 1);
        assertThat(seen.add(of(Map.of("name", changed)))).as("%s at %d", c, i).isTrue();
      }
      assertThat(seen.add(of(Map.of("name", TEXT.substring(0, i))))).as("length %d", i).isTrue();
      assertThat(seen.add(of(Map.of("n" + "a".repeat(i), TEXT)))).as("name of %d", i).isTrue();
    }
  }

  @Test
  void whichNameHasWhichValueCounts() {
    assertThat(of(Map.of("a", "1", "b", "2"))).isNotEqualTo(of(Map.of("a", "2", "b", "1")));
    assertThat(of(Map.of("a", List.of("1", "2")))).isNotEqualTo(of(Map.of("a", List.of("2", "1"))));
    assertThat(of(Map.of("a", "1"))).isNotEqualTo(of(Map.of("a", 1)));
  }

  @Test
  void theOrderOfNamesDoesNot() {
    Notification one = Notification.builder("t").to("u").with("a", "1").with("b", "2").build();
    Notification other = Notification.builder("t").to("u").with("b", "2").with("a", "1").build();
    assertThat(ContentFingerprint.of(one)).isEqualTo(ContentFingerprint.of(other));
  }

  /** Who repeats an event after a restart hands the same map over in another order. */
  @Test
  void theOrderOfAPushsDataDoesNot() {
    assertThat(of(PushMessage.builder().title("t").data("a", "1").data("b", "2").build()))
        .isEqualTo(of(PushMessage.builder().title("t").data("b", "2").data("a", "1").build()));
  }

  private static long of(Message content) {
    return ContentFingerprint.of(Notification.builder().to("u").content(content).build());
  }

  @Test
  void whatAReaderSeesOfGivenContentCounts() {
    Set<Long> seen = new HashSet<>();
    for (Message content :
        List.of(
            PushMessage.builder().titleKey(LocalizedText.of("one")).build(),
            PushMessage.builder().titleKey(LocalizedText.of("two")).build(),
            PushMessage.builder().titleKey(LocalizedText.of("two", "A-1")).build(),
            PushMessage.builder().title("t").subtitle("s").build(),
            PushMessage.builder().title("t").link("https://example.com/1").build(),
            InboxMessage.builder().title("t").link("https://example.com/1").build(),
            InboxMessage.builder().title("t").link("https://example.com/2").build(),
            mail(new byte[] {1}),
            mail(new byte[] {2}))) {
      assertThat(seen.add(of(content))).as("%s", content).isTrue();
    }
    assertThat(attached(new byte[] {1})).isNotEqualTo(attached(new byte[] {2}));
  }

  private static Attachment bill(byte[] content) {
    return Attachment.file("bill.pdf", "application/pdf", content);
  }

  private static EmailMessage mail(byte[] content) {
    return EmailMessage.builder().subject("s").text("t").attachment(bill(content)).build();
  }

  private static long attached(byte[] content) {
    return ContentFingerprint.of(Notification.builder("t").to("u").attach(bill(content)).build());
  }
}
