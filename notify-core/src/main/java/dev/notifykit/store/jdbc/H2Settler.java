package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.Settlement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Settles in H2, where locking a row is as dear as writing it. What leaves the queue is therefore
 * read without a lock and deleted under the fence; if anything was deleted or claimed anew in
 * between, the counts differ, and the transaction is undone and run again. A dead letter takes its
 * address along, which an erasure may clear in between, so its row is locked.
 */
final class H2Settler extends Settler {
  private static final String LEAVE =
      "DELETE FROM {queue} WHERE token = ? AND state = 'CLAIMED' AND id IN (?*)";

  @Override
  List<Settlement> settle(Tx tx, List<Settlement> settlements) throws SQLException {
    List<Settlement> refused =
        leave(tx, settlements.stream().filter(H2Settler::leavesBare).toList());
    List<Settlement> others = settlements.stream().filter(s -> !leavesBare(s)).toList();
    if (!others.isEmpty()) {
      refused.addAll(super.settle(tx, others));
    }
    return refused;
  }

  private static boolean leavesBare(Settlement s) {
    return leaves(s) && s.to() != DeliveryState.DEAD;
  }

  private static List<Settlement> leave(Tx tx, List<Settlement> settlements) throws SQLException {
    Map<UUID, QueueRow> held = read(tx, settlements);
    List<Settlement> refused = new ArrayList<>();
    List<QueueRows.End> ends = new ArrayList<>(settlements.size());
    for (Settlement s : settlements) {
      QueueRow row = held.get(id(s));
      if (row != null && isHeld(row, s)) {
        ends.add(end(row, s));
        held.remove(row.id());
      } else {
        refused.add(s);
      }
    }
    delete(tx, ends);
    QueueRows.log(tx, ends);
    logAttempts(tx, settlements, refused);
    return refused;
  }

  private static Map<UUID, QueueRow> read(Tx tx, List<Settlement> settlements) throws SQLException {
    Map<UUID, QueueRow> rows = new HashMap<>();
    tx.queryIn(
        QueueRow.SELECT + "WHERE id IN (?*)",
        r -> {
          QueueRow row = QueueRow.read(tx.dialect, r);
          return rows.put(row.id(), row);
        },
        ids(settlements));
    return rows;
  }

  private static void delete(Tx tx, List<QueueRows.End> ends) throws SQLException {
    Map<Long, List<UUID>> byToken =
        ends.stream()
            .map(QueueRows.End::row)
            .collect(
                Collectors.groupingBy(
                    QueueRow::token, Collectors.mapping(QueueRow::id, Collectors.toList())));
    for (Map.Entry<Long, List<UUID>> e : byToken.entrySet()) {
      if (tx.updateIn(LEAVE, e.getValue(), e.getKey()) != e.getValue().size()) {
        throw Failures.again();
      }
    }
  }
}
