package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for a device when its user logs out. */
@Timeout(60)
class RemovedDeviceTest {
  private static final Device PHONE = Device.android("a".repeat(100));
  private static final Device TABLET = Device.android("b".repeat(100));

  @Test
  void nextUserOfADeviceIsNotSentWhatWaitedForTheOneBefore() {
    try (Rig rig = Rig.open()) {
      rig.client.recipients().save(Recipient.builder("ann").device(PHONE).device(TABLET).build());
      rig.client.recipients().save(Recipient.builder("bob").build());
      Receipt receipt =
          rig.client
              .notification("hello")
              .to("ann")
              .with("name", "A")
              .via(Channel.PUSH)
              .sendAt(rig.clock.instant().plus(Duration.ofHours(1)))
              .send();

      assertThat(rig.client.recipients().removeDevice("ann", PHONE)).isTrue();
      rig.client.recipients().registerDevice("bob", PHONE);
      rig.pass(Duration.ofHours(2));

      assertThat(rig.push.sent())
          .extracting(sent -> sent.target().address())
          .containsExactly(TABLET.token());
      assertThat(rig.client.deliveries(receipt.notificationId()))
          .extracting(Delivery::state)
          .containsExactlyInAnyOrder(DeliveryState.CANCELLED, DeliveryState.ACCEPTED);
    }
  }
}
