package dev.notifykit.example.shop;

import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Who buys here, and how each can be reached. */
@Component
class Customers implements ApplicationRunner {
  private static final List<Recipient> ALL =
      List.of(
          Recipient.builder("ann")
              .name("Ann Archer")
              .email("ann@example.com")
              .phone("+14155550123")
              .device(Device.ios("a1".repeat(32)))
              .device(Device.android("android-phone-of-ann"))
              .locale(Locale.US)
              .build(),
          Recipient.builder("haneul")
              .name("김하늘")
              .email("haneul@example.com")
              .phone("+821023456789")
              .device(Device.ios("b2".repeat(32)))
              .locale(Locale.KOREA)
              .zone(ZoneId.of("Asia/Seoul"))
              .build(),
          Recipient.builder("tom")
              .name("Tomás Ó Briain")
              .email("tom@example.com")
              .device(Device.android("android-phone-of-tom"))
              .locale(Locale.UK)
              .build());

  private final NotificationClient notifications;

  Customers(NotificationClient notifications) {
    this.notifications = notifications;
  }

  /** Saves what a real shop saves when a customer signs up. */
  @Override
  public void run(ApplicationArguments arguments) {
    ALL.forEach(notifications.recipients()::save);
  }

  List<Recipient> all() {
    return ALL;
  }
}
