package dev.notifykit;

/** A kind of message a recipient can get, and the unit of opt-in and opt-out. */
public enum Channel {
  /** A push notification to one device: iOS, Android, desktop or browser. */
  PUSH,
  /** A text message to a phone number. */
  SMS,
  /** A mail to an email address. */
  EMAIL,
  /** An entry in the recipient's in-app inbox, kept by the library itself. */
  INBOX
}
