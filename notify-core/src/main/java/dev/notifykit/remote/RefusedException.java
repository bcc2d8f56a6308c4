package dev.notifykit.remote;

import org.jspecify.annotations.Nullable;

/** A request that is answered with an error. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final int status;
  final String code;
  final @Nullable String field;

  RefusedException(int status, String code, @Nullable String field, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  static RefusedException invalid(@Nullable String field, String problem) {
    return new RefusedException(400, "invalid", field, problem);
  }
}
