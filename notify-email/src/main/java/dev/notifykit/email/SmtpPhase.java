package dev.notifykit.email;

/** How far an SMTP dialogue has come; declared in its order. */
enum SmtpPhase {
  /** Connecting, and the server's greeting. */
  CONNECT,
  /** EHLO or HELO. */
  EHLO,
  /** STARTTLS and the TLS handshake. */
  TLS,
  /** AUTH. */
  AUTH,
  /** MAIL FROM: the first step of a transaction. */
  MAIL,
  /** RCPT TO. */
  RCPT,
  /** DATA up to, and without, the final dot: whatever fails here, the mail was not taken. */
  DATA,
  /** The final dot is written: without a reply nobody knows whether the mail was taken. */
  END_OF_DATA;

  /** Returns whether the server is now judging one mail rather than the whole connection. */
  boolean isTransaction() {
    return compareTo(MAIL) >= 0;
  }
}
