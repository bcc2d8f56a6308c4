package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;

/** Thrown when the reply to a commit was lost. */
final class OutcomeUnknownException extends StoreException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(Throwable cause) {
    super(
        "the connection was lost during commit, so it is not known whether the change was made;"
            + " repeat it under the same event id",
        cause);
  }
}
