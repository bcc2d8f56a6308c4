package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a device when its user logs out, or another logs in. */
@Timeout(60)
class RemovedDeviceTest {
  private static final Device PHONE = Device.android("a".repeat(100));
  private static final Device TABLET = Device.android("b".repeat(100));

  @Test
  void nextUserOfADeviceIsNotSentWhatWaitedForTheOneBefore() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(Recipient.builder("ann").device(PHONE).device(TABLET).build());
      rig.client.recipients().save(Recipient.builder("bob").build());
      Receipt receipt = inAnHour(rig);

      assertThat(rig.client.recipients().removeDevice("ann", PHONE)).isTrue();
      rig.client.recipients().registerDevice("bob", PHONE);
      assertOnlyTheTabletGets(receipt, rig);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWaitedIsNotSentEitherWhereTheOneBeforeDidNotLogOut(boolean registers) {
    try (Rig rig = Rig.open()) {
      Recipient bob = Recipient.builder("bob").build();
      rig.client.recipients().save(Recipient.builder("ann").device(PHONE).device(TABLET).build());
      rig.client.recipients().save(bob);
      Receipt receipt = inAnHour(rig);

      if (registers) {
        rig.client.recipients().registerDevice("bob", PHONE);
      } else {
        rig.client.recipients().save(bob.toBuilder().device(PHONE).build());
      }
      assertOnlyTheTabletGets(receipt, rig);
    }
  }

  @Test
  void deviceOfSomebodyWithoutProfileCancelsNothing() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(Recipient.builder("ann").device(PHONE).build());
      Receipt receipt = inAnHour(rig);
      assertThatThrownBy(() -> rig.client.recipients().registerDevice("nobody", PHONE))
          .isInstanceOf(InvalidNotificationException.class);
      rig.client.recipients().registerDevice("ann", PHONE);
      assertThat(rig.only(receipt).state()).isEqualTo(DeliveryState.SCHEDULED);
    }
  }

  private static Receipt inAnHour(Rig rig) {
    return rig.client
        .notification("hello")
        .to("ann")
        .with("name", "A")
        .via(Channel.PUSH)
        .sendAt(rig.clock.instant().plus(Duration.ofHours(1)))
        .send();
  }

  private static void assertOnlyTheTabletGets(Receipt receipt, Rig rig) {
    rig.pass(Duration.ofHours(2));

    assertThat(rig.push.sent())
        .extracting(sent -> sent.target().address())
        .containsExactly(TABLET.token());
    assertThat(rig.client.deliveries(receipt.notificationId()))
        .extracting(Delivery::state)
        .containsExactlyInAnyOrder(DeliveryState.CANCELLED, DeliveryState.ACCEPTED);
  }
}
