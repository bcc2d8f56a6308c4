package dev.notifykit.email;

/**
 * A mail as it goes over an SMTP connection.
 *
 * @param sender the envelope sender
 * @param recipient the envelope recipient
 * @param messageId the Message-ID without its brackets
 * @param utf8 whether an address or header is in UTF-8, so that only SMTPUTF8 can carry it
 * @param size the message's size, as the SIZE extension counts it
 * @param data the dot-stuffed message with its final dot; only the first {@code length} bytes
 * @param length the number of bytes used in {@code data}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record MimeMail(
    String sender,
    String recipient,
    String messageId,
    boolean utf8,
    int size,
    byte[] data,
    int length) {

  /** Shows the size only. */
  @Override
  public String toString() {
    return "MimeMail[" + size + " bytes]";
  }
}
