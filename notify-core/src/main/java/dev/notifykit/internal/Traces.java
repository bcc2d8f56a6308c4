package dev.notifykit.internal;

import org.jspecify.annotations.Nullable;

/** What may be logged of an exception that is not ours. */
public final class Traces {
  private static final int DEEPEST = 10;

  private Traces() {}

  /**
   * Returns the types and places of an exception and its causes without their messages: an
   * application's or a driver's may well quote an address, a body or a key.
   */
  public static Throwable withoutMessages(Throwable thrown) {
    return copy(thrown, DEEPEST);
  }

  private static Throwable copy(Throwable thrown, int depth) {
    Throwable cause = thrown.getCause();
    return new MessageLeftOut(thrown, cause == null || depth == 0 ? null : copy(cause, depth - 1));
  }

  /** Has the type in place of the message; its name stands before that in a log. */
  private static final class MessageLeftOut extends Exception {
    private static final long serialVersionUID = 1;

    private MessageLeftOut(Throwable of, @Nullable Throwable cause) {
      super(of.getClass().getName(), cause);
      setStackTrace(of.getStackTrace());
    }
  }
}
