package dev.notifykit.spring.boot;

import dev.notifykit.StoreException;
import dev.notifykit.store.jdbc.TransactionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Knows the transaction that Spring bound to the calling thread, if it is one of the store's
 * database: begun by a manager of the same DataSource, JDBC's or JPA's. The starter's own store has
 * one; a {@link dev.notifykit.store.jdbc.JdbcStore} of the application's is built with one that is
 * a bean. Thread-safe.
 *
 * <p>Callbacks after the commit, such as a {@code TransactionalEventListener}, run while the
 * connection is still bound, but nobody commits what is written by it then. A send from there is in
 * no transaction. Spring tells nobody in which phase a thread is, so each transaction gets a
 * callback of ours that runs before all others.
 */
public final class SpringTransactions implements TransactionSource, SmartInitializingSingleton {
  private final DataSource dataSource;
  private final ObjectProvider<ConfigurableTransactionManager> managers;

  /** Whose transactions are committed and not cleaned up yet. */
  private final Set<ConnectionHolder> committed = ConcurrentHashMap.newKeySet();

  /**
   * Creates what is to be a bean: it listens to the managers once all beans are there.
   *
   * @param dataSource the store's
   * @param managers the transaction managers, those of other databases too
   */
  public SpringTransactions(
      DataSource dataSource, ObjectProvider<ConfigurableTransactionManager> managers) {
    this.dataSource = unwrap(dataSource);
    this.managers = managers;
  }

  @Override
  public void afterSingletonsInstantiated() {
    // Those as well that are only had by their qualifier.
    managers.stream(ObjectProvider.UNFILTERED)
        .forEach(manager -> manager.addListener(new Commits()));
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
    // After the completion there are no synchronizations any more.
    if (!TransactionSynchronizationManager.isActualTransactionActive()
        || !TransactionSynchronizationManager.isSynchronizationActive()
        || !(TransactionSynchronizationManager.getResource(dataSource)
            instanceof ConnectionHolder holder)
        || committed.contains(holder)) {
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

  /** Does not happen if the transaction goes back to a savepoint of before it was asked for. */
  private static final class AfterCommit implements TransactionSynchronization {
    private final Runnable action;
    private final Set<Object> laterSavepoints = new HashSet<>();
    private boolean takenBack;

    AfterCommit(Runnable action) {
      this.action = action;
    }

    @Override
    public void savepoint(Object savepoint) {
      laterSavepoints.add(savepoint);
    }

    @Override
    public void savepointRollback(Object savepoint) {
      takenBack |= !laterSavepoints.contains(savepoint);
    }

    @Override
    public void afterCommit() {
      if (!takenBack) {
        action.run();
      }
    }
  }

  /** Is told of commits by the transaction managers. */
  private final class Commits implements TransactionExecutionListener {
    @Override
    public void beforeCommit(TransactionExecution transaction) {
      if (TransactionSynchronizationManager.isSynchronizationActive()
          && TransactionSynchronizationManager.getResource(dataSource)
              instanceof ConnectionHolder holder) {
        TransactionSynchronizationManager.registerSynchronization(new Committed(holder));
      }
    }
  }

  private final class Committed implements TransactionSynchronization, PriorityOrdered {
    private final ConnectionHolder holder;

    Committed(ConnectionHolder holder) {
      this.holder = holder;
    }

    @Override
    public int getOrder() {
      return HIGHEST_PRECEDENCE;
    }

    @Override
    public void afterCommit() {
      committed.add(holder);
    }

    @Override
    public void afterCompletion(int status) {
      committed.remove(holder);
    }
  }
}
