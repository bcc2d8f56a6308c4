package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Explanation;
import dev.notifykit.Explanation.Decision;
import dev.notifykit.Explanation.Stage;
import dev.notifykit.Explanation.Verdict;
import dev.notifykit.Notification;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code explain} says is what {@code send} then does. */
@Timeout(120)
class ExplainTest {
  private static final Device PHONE = Device.android("a".repeat(100));
  private static final Device TABLET = Device.android("b".repeat(100));

  private static Notification.Builder hello(String to) {
    return Notification.builder("hello").to(to).with("name", "A");
  }

  @Test
  void oneDeviceOfTwoIsEnough() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(Recipient.builder("ann").device(PHONE).device(TABLET).build());
      rig.client.preferences().suppress(Target.device(PHONE), "lost");
      Notification notification = hello("ann").via(Channel.PUSH).build();
      Explanation explanation = rig.client.explain(notification);
      rig.client.send(notification);
      rig.settle();
      assertThat(rig.push.sent()).hasSize(1);
      assertThat(explanation.wouldSend()).as("%s", explanation).isTrue();
    }
  }

  @Test
  void whatIsDroppedByTwoLimitsIsDroppedOnce() {
    try (Rig rig =
        Rig.open(
            b ->
                b.rateLimit(RateLimit.perRecipient(1, Duration.ofHours(1)))
                    .rateLimit(RateLimit.perTenant(1, Duration.ofHours(1))))) {
      rig.client.recipients().save(Recipient.builder("ann").email("ann@example.com").build());
      rig.client.send(hello("ann").build());
      assertThat(rig.client.explain(hello("ann").build()).wouldSend()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithSend(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 40; n++) {
      try (Rig rig = rig(random)) {
        prepare(rig, random);
        Notification notification = notification(random);
        if (random.nextInt(6) == 0 && notification.eventId().isPresent()) {
          rig.client.send(notification);
        }
        Explanation explained = rig.client.explain(notification);
        Receipt receipt = rig.client.send(notification);
        check(rig, explained, receipt);
      }
    }
  }

  private static Rig rig(Random random) {
    int quiet = random.nextInt(3);
    return Rig.open(
        b -> {
          b.startPaused().category(Category.builder("code").mandatory().build());
          b.category(
              Category.builder("news")
                  .fallback(Channel.PUSH, Channel.SMS)
                  .after(Duration.ofMinutes(5))
                  .build());
          if (quiet > 0) {
            b.quietHours(
                QuietHours.between(LocalTime.MIDNIGHT, LocalTime.of(23, 59)),
                quiet == 1 ? Channel.PUSH : Channel.SMS);
          }
          return b;
        });
  }

  private static void prepare(Rig rig, Random random) {
    for (String id : List.of("ann", "bob")) {
      Recipient.Builder recipient = Recipient.builder(id);
      if (random.nextBoolean()) {
        recipient.email(random.nextInt(5) == 0 ? "no address" : "same@example.com");
      }
      if (random.nextBoolean()) {
        recipient.phone("+1415555010" + random.nextInt(2));
      }
      if (random.nextBoolean()) {
        recipient.device(Device.android(id + "a".repeat(100)));
      }
      if (random.nextBoolean()) {
        recipient.device(Device.ios((id.equals("ann") ? "a" : "b").repeat(64)));
      }
      if (random.nextInt(5) > 0) {
        rig.client.recipients().save(recipient.build());
      }
      restrict(rig, random, id);
    }
  }

  private static void restrict(Rig rig, Random random, String id) {
    var preferences = rig.client.preferences();
    switch (random.nextInt(9)) {
      case 0 -> preferences.optOut(id, Channel.PUSH);
      case 1 -> preferences.optOut(id, Channel.SMS, "news");
      case 2 -> preferences.optOut(id, "news");
      case 3 -> preferences.mute(id);
      case 4 -> preferences.muteTopic(id, "t");
      case 5 -> preferences.suppress(Target.phone("+14155550100"), "test");
      case 6 -> preferences.suppress(Target.device(Device.ios("a".repeat(64))), "test");
      case 7 -> rig.client.recipients().erase(id);
      default -> {}
    }
  }

  private static Notification notification(Random random) {
    Notification.Builder b = hello("ann");
    if (random.nextBoolean()) {
      b.to("bob");
    }
    if (random.nextBoolean()) {
      b.category(random.nextBoolean() ? "news" : "code");
    }
    if (random.nextBoolean()) {
      b.topic("t");
    }
    if (random.nextBoolean()) {
      b.via(random.nextBoolean() ? Channel.PUSH : Channel.EMAIL, Channel.SMS);
    }
    if (random.nextBoolean()) {
      b.timeToLive(Duration.ofMinutes(30));
    }
    if (random.nextBoolean()) {
      b.eventId("e#1");
    }
    return b.build();
  }

  private static void check(Rig rig, Explanation explained, Receipt receipt) {
    boolean isRepeat = receipt.status() != Receipt.Status.ACCEPTED;
    List<Delivery> made = rig.client.deliveries(receipt.notificationId());
    boolean sends = made.stream().anyMatch(d -> d.state() != DeliveryState.SUPPRESSED);
    assertThat(explained.wouldSend()).as("%s", explained).isEqualTo(sends && !isRepeat);
    if (!isRepeat) {
      assertThat(said(explained))
          .as("%s", explained)
          .containsExactlyInAnyOrderElementsOf(made.stream().map(ExplainTest::done).toList());
    }
  }

  /** What becomes of each delivery, as it is explained. */
  private static List<String> said(Explanation explained) {
    List<String> said = new ArrayList<>();
    for (Decision d : explained.decisions()) {
      String where = d.recipientId() + " " + d.channel() + " ";
      if (d.verdict() == Verdict.SUPPRESS) {
        if (d.stage() == Stage.QUIET_HOURS) {
          said.remove(where + "live");
        }
        said.add(where + reason(d));
      } else if (d.stage() == Stage.PREFERENCES) {
        said.add(where + "live");
      }
    }
    return said;
  }

  private static String reason(Decision d) {
    return switch (d.stage()) {
      case PLAN -> d.detail().equals("no address") ? "NO_ADDRESS" : "NOT_NEEDED";
      case QUIET_HOURS -> "QUIET_HOURS";
      default -> d.detail();
    };
  }

  private static String done(Delivery d) {
    String became = d.state() == DeliveryState.SUPPRESSED ? d.reason() : "live";
    return d.recipientId() + " " + d.channel() + " " + became;
  }
}
