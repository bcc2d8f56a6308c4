package dev.notifykit.sms;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A provider's answer: status, how long to wait if it said so, and the start of the body. */
record HttpReply(int status, @Nullable Duration retryAfter, String body) {
  boolean isSuccess() {
    return status / 100 == 2;
  }

  /** Returns the status only. */
  @Override
  public String toString() {
    return "HttpReply[" + status + "]";
  }
}
