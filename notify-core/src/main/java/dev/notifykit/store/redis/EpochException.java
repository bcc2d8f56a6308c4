package dev.notifykit.store.redis;

import dev.notifykit.StoreException;

/** Thrown when the data in Redis is not what this node last saw: flushed, or of another master. */
final class EpochException extends StoreException {
  private static final long serialVersionUID = 1L;

  EpochException(Throwable cause) {
    super("the data in Redis was lost or exchanged; nothing was done", cause);
  }
}
