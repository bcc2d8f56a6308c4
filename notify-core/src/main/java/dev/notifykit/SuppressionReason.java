package dev.notifykit;

/** Why a delivery was not sent although nothing failed. The list is closed. */
public enum SuppressionReason {
  /** The recipient opted out of everything, or of this topic. */
  OPTED_OUT,
  /** The recipient switched this channel off. */
  CHANNEL_OFF,
  /** The recipient switched this category off, or never opted in where that is required. */
  CATEGORY_OFF,
  /** Another delivery of the same notification goes to the same target. */
  DUPLICATE,
  /** A rate limit was reached; its policy is to drop, or the wait would outlast the expiry. */
  RATE_LIMITED,
  /** The notification would expire before the recipient's quiet hours end. */
  QUIET_HOURS,
  /** The recipient has no address or device for the channel. */
  NO_ADDRESS,
  /** The address or device is known not to work. */
  INVALID_TARGET,
  /** It stands in for another channel, which reached the recipient or was not wanted there. */
  NOT_NEEDED,
  /** The recipient was erased. */
  ERASED
}
