package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one notification that are not forgotten yet. A notification with one delivery, the
 * common case, is its row itself.
 */
sealed interface Members permits Row, Members.Several {
  /** Returns the rows in the order they were planned. */
  List<Row> rows();

  /** Returns what is left without a row, or null if nothing is. */
  @Nullable Members without(Row row);

  static Members of(Row[] rows) {
    return rows.length == 1 ? rows[0] : new Several(rows);
  }

  /** Several rows. Forgetting one clears its place, so that a campaign is not copied row by row. */
  final class Several implements Members {
    private final @Nullable Row[] rows;
    private int left;

    private Several(Row[] rows) {
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
    public synchronized @Nullable Members without(Row row) {
      if (rows[row.position] == row) {
        rows[row.position] = null;
        left--;
      }
      return left == 0 ? null : this;
    }
  }
}
