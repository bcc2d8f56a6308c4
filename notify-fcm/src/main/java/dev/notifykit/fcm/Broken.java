package dev.notifykit.fcm;

import java.io.IOException;

/** A call that ended without an answer. */
final class Broken extends IOException {
  private static final long serialVersionUID = 1L;

  /** Whether nothing of the request was written. */
  final boolean unsent;

  Broken(boolean unsent, IOException cause) {
    super(unsent ? "not sent" : "no answer", cause);
    this.unsent = unsent;
  }
}
