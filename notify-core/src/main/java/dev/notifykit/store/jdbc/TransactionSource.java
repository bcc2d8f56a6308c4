package dev.notifykit.store.jdbc;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Tells the store of the transaction the calling thread is in, so that a send joins it without
 * being passed a {@link Connection}. The seam for frameworks that bind transactions to threads.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface TransactionSource {
  /** Knows of no transaction; every send commits on its own. */
  TransactionSource NONE = () -> null;

  /**
   * Returns the connection of the calling thread's transaction on the store's database, or null if
   * there is none. The store neither commits, rolls back, closes nor changes it, and uses it only
   * before the call that asked returns.
   */
  @Nullable Connection current();

  /**
   * Runs an action soon after the current transaction commits, and never if it rolls back; called
   * only while {@link #current} is not null. The default does nothing: the dispatcher then finds
   * the work by polling.
   *
   * @param action short; throws nothing
   */
  default void afterCommit(Runnable action) {}
}
