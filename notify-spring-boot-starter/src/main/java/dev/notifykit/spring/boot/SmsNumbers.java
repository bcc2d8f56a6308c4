package dev.notifykit.spring.boot;

import dev.notifykit.sms.PhoneNumbers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which numbers may be sent to, as the providers of text messages share it. */
final class SmsNumbers {
  private SmsNumbers() {}

  static PhoneNumbers of(List<String> allowed, List<String> denied, @Nullable String country) {
    PhoneNumbers.Builder numbers =
        PhoneNumbers.builder()
            .allow(allowed.toArray(String[]::new))
            .deny(denied.toArray(String[]::new));
    Options.set(country, numbers::defaultRegion);
    return numbers.build();
  }
}
