package dev.notifykit.email;

import dev.notifykit.provider.Outcome;

/** Thrown when a mail must not go on the wire; carries what to report instead. */
final class UnsendableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome outcome;

  private UnsendableException(Outcome outcome, String code) {
    super(code);
    this.outcome = outcome;
  }

  static UnsendableException rejected(String code) {
    return new UnsendableException(new Outcome.Rejected(code), code);
  }

  static UnsendableException invalidTarget(String code) {
    return new UnsendableException(new Outcome.InvalidTarget(code), code);
  }

  Outcome outcome() {
    return outcome;
  }
}
