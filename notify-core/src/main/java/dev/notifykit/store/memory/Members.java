package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one notification that are not forgotten yet. A notification with one delivery, the
 * common case, is its row itself.
 */
sealed interface Members permits Row, Members.Several {
  /** Returns the rows in the order they were planned. */
  List<Row> rows();

  /** Forgets a row; returns whether it was the last. */
  boolean forget(Row row);

  UUID notificationId();

  /** Makes rows those of one notification, before anyone else sees them. */
  static void tie(Row[] rows) {
    if (rows.length > 1) {
      Members all = new Several(rows);
      for (Row row : rows) {
        row.members = all;
      }
    }
  }

  /** Several rows. Forgetting one clears its place, so that a campaign is not copied row by row. */
  final class Several implements Members {
    private final UUID notificationId;
    private final @Nullable Row[] rows;
    private int left;

    private Several(Row[] rows) {
      this.notificationId = rows[0].notificationId();
      this.rows = rows;
      this.left = rows.length;
    }

    @Override
    public synchronized List<Row> rows() {
      List<Row> present = new ArrayList<>(left);
      for (Row row : rows) {
        if (row != null) {
          present.add(row);
        }
      }
      return present;
    }

    @Override
    public synchronized boolean forget(Row row) {
      if (rows[row.position] == row) {
        rows[row.position] = null;
        left--;
      }
      return left == 0;
    }

    @Override
    public UUID notificationId() {
      return notificationId;
    }
  }
}
