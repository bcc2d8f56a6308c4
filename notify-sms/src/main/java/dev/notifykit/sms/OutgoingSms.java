package dev.notifykit.sms;

import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message whose number, sender and text have been found good. */
record OutgoingSms(
    SendRequest request, SmsMessage message, String number, Sender sender, String text) {

  /** Returns how long the message is of use, or null for ever. */
  @Nullable Duration validity(Instant now) {
    Instant end = request.expiresAt();
    return end == null ? null : Duration.between(now, end);
  }

  /** Returns the delivery only. */
  @Override
  public String toString() {
    return "OutgoingSms[" + request.deliveryId() + "]";
  }
}
