package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.StoreCodec;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Erases a person in one transaction. */
final class Erasure {
  private Erasure() {}

  static List<StateChange> erase(Tx tx, String tenant, String recipient) throws SQLException {
    // Marked first: what is sent or claimed from here on waits for this row or sees the mark.
    JdbcRecipients.touch(tx, tenant, recipient);
    tx.update(
        "UPDATE {recipient} SET profile = FALSE, erased = TRUE, name = NULL, email = NULL,"
            + " phone = NULL, locale = NULL, zone = NULL, quiet_from = NULL, quiet_to = NULL,"
            + " updated_at = ? WHERE tenant = ? AND recipient_id = ?",
        tx.now(),
        tenant,
        recipient);
    for (String table : List.of("device", "preference", "inbox")) {
      tx.update(
          "DELETE FROM {" + table + "} WHERE tenant = ? AND recipient_id = ?", tenant, recipient);
    }
    List<StateChange> changes =
        QueueRows.end(
            tx,
            QueueRows.lock(
                tx,
                "WHERE tenant = ? AND recipient_id = ? AND lane IS NOT NULL ORDER BY id FOR UPDATE",
                tenant,
                recipient),
            DeliveryState.SUPPRESSED,
            SuppressionReason.ERASED.name());
    eraseAddresses(tx, tenant, recipient);
    eraseContents(tx, tenant, recipient);
    return changes;
  }

  private static void eraseAddresses(Tx tx, String tenant, String recipient) throws SQLException {
    // What waited has left the queue by now; the rest is held.
    tx.update(
        "UPDATE {queue} SET address = ?"
            + " WHERE tenant = ? AND recipient_id = ? AND lease_until IS NOT NULL",
        StoreCodec.ERASED,
        tenant,
        recipient);
    tx.update(
        "UPDATE {log} SET address = NULL WHERE tenant = ? AND recipient_id = ?"
            + " AND address IS NOT NULL",
        tenant,
        recipient);
  }

  /** Content that others were sent too is theirs as well, and stays until the purge. */
  private static void eraseContents(Tx tx, String tenant, String recipient) throws SQLException {
    Set<UUID> theirs = notifications(tx, tenant, recipient);
    theirs.removeAll(
        Notifications.withDeliveries(tx, theirs, "recipient_id <> ? AND ", List.of(recipient)));
    tx.updateIn(
        "UPDATE {notification} SET content = ? WHERE id IN (?*)", theirs, StoreCodec.ERASED);
  }

  private static Set<UUID> notifications(Tx tx, String tenant, String recipient)
      throws SQLException {
    Set<UUID> found = new HashSet<>();
    String theirs = " WHERE tenant = ? AND recipient_id = ?";
    for (String from :
        List.of("{queue}" + theirs + " AND lease_until IS NOT NULL", "{log}" + theirs)) {
      tx.query(
          "SELECT DISTINCT notification_id FROM " + from,
          r -> found.add(tx.dialect.uuid(r, "notification_id")),
          tenant,
          recipient);
    }
    return found;
  }
}
