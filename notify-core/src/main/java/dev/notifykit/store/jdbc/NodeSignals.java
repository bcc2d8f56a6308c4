package dev.notifykit.store.jdbc;

import dev.notifykit.Route;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/**
 * Tells the other nodes that share the tables of new work, so that they need not wait to poll, and
 * of new inbox entries.
 */
interface NodeSignals extends AutoCloseable {
  /** Leaves it to polling. */
  NodeSignals NONE =
      new NodeSignals() {
        @Override
        public void listen() {}

        @Override
        public void tell(Collection<Route> routes) {}

        @Override
        public void tellOnCommit(Connection transaction, Collection<Route> routes) {}

        @Override
        public void tell(EntryKey entry) {}

        @Override
        public void close() {}
      };

  /** Names an inbox entry. */
  record EntryKey(String tenant, String recipientId, UUID id) {}

  /** Begins to listen to other nodes, if it has not; every route is told of once it does. */
  void listen();

  /** Tells soon of work that is committed; returns at once. */
  void tell(Collection<Route> routes);

  /** Tells of work when the caller's transaction commits. */
  void tellOnCommit(Connection transaction, Collection<Route> routes) throws SQLException;

  /** Tells soon of an inbox entry that is committed; returns at once. */
  void tell(EntryKey entry);

  @Override
  void close();
}
