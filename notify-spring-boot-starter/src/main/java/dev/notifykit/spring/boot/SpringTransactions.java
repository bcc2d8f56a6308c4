package dev.notifykit.spring.boot;

import dev.notifykit.StoreException;
import dev.notifykit.store.jdbc.TransactionSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Knows the transaction that Spring bound to the calling thread, if it is one of the store's
 * database: begun by a manager of the same DataSource, JDBC's or JPA's.
 */
final class SpringTransactions implements TransactionSource {
  private final DataSource dataSource;

  SpringTransactions(DataSource dataSource) {
    this.dataSource = unwrap(dataSource);
  }

  /** Transaction managers bind what is behind such a proxy. */
  private static DataSource unwrap(DataSource dataSource) {
    DataSource target =
        dataSource instanceof TransactionAwareDataSourceProxy proxy
            ? proxy.getTargetDataSource()
            : null;
    return target == null ? dataSource : target;
  }

  @Override
  public @Nullable Connection current() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()
        || !(TransactionSynchronizationManager.getResource(dataSource)
            instanceof ConnectionHolder holder)) {
      return null;
    }
    Connection connection = holder.getConnection();
    // A connection that commits by itself is bound to the thread, but in no transaction: another
    // resource's is active.
    return commitsByItself(connection) ? null : connection;
  }

  private static boolean commitsByItself(Connection connection) {
    try {
      return connection.getAutoCommit();
    } catch (SQLException e) {
      throw new StoreException("the transaction's connection does not answer", e);
    }
  }

  @Override
  public void afterCommit(Runnable action) {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(new AfterCommit(action));
    }
  }

  private record AfterCommit(Runnable action) implements TransactionSynchronization {
    @Override
    public void afterCommit() {
      action.run();
    }
  }
}
