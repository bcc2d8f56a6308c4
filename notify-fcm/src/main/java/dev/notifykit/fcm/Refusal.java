package dev.notifykit.fcm;

import org.jspecify.annotations.Nullable;

/**
 * An answer of FCM other than success.
 *
 * @param status the HTTP status
 * @param body what it says
 * @param retryAfter the header of that name, or null
 */
record Refusal(int status, String body, @Nullable String retryAfter) {
  /** Returns the status only. */
  @Override
  public String toString() {
    return "Refusal[" + status + "]";
  }
}
