package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReplayAllTest {
  private static final int MORE_THAN_A_PAGE = 1_001;

  @Test
  void whatDiedOnARouteIsSentAgain() {
    try (Rig rig = Rig.open()) {
      die(rig, MORE_THAN_A_PAGE);
      rig.email.acceptAll();
      rig.sms.acceptAll();

      assertThat(rig.client.deadLetters().replayAll(Route.EMAIL)).isEqualTo(MORE_THAN_A_PAGE);
      rig.settle();
      assertThat(rig.email.sent()).hasSize(2 * MORE_THAN_A_PAGE);
      assertThat(rig.client.deadLetters().list())
          .hasSize(1_000)
          .allMatch(dead -> dead.route() == Route.SMS);

      assertThat(rig.client.deadLetters().replayAll(null)).isEqualTo(MORE_THAN_A_PAGE);
      rig.settle();
      assertThat(rig.client.deadLetters().list()).isEmpty();
    }
  }

  @Test
  void whatDiesAgainIsSentAgainOnce() {
    try (Rig rig = Rig.open()) {
      die(rig, 3);
      assertThat(rig.client.deadLetters().replayAll(Route.SMS)).isEqualTo(3);
      rig.settle();
      assertThat(rig.sms.sent()).hasSize(6);
      assertThat(rig.client.deadLetters().list(Route.SMS, null, 10)).hasSize(3);
    }
  }

  private static void die(Rig rig, int recipients) {
    rig.email.otherwise(new Outcome.Rejected("552"));
    rig.sms.otherwise(new Outcome.Rejected("30007"));
    Notification.Builder notification =
        Notification.builder("hello").with("name", "you").via(Channel.EMAIL, Channel.SMS);
    IntStream.range(0, recipients).mapToObj(ReplayAllTest::recipient).forEach(notification::to);
    rig.client.send(notification.build());
    rig.settle();
  }

  private static Recipient recipient(int number) {
    return Recipient.builder("r" + number)
        .email("r" + number + "@example.com")
        .phone("+1415" + (5_550_000 + number))
        .build();
  }
}
