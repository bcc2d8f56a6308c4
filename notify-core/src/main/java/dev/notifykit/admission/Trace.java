package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.Explanation.Decision;
import dev.notifykit.Explanation.Stage;
import dev.notifykit.Explanation.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes decisions down for {@code explain}, and nothing for {@code send}. */
final class Trace {
  /** Forgets every decision. */
  static final Trace OFF = new Trace(null);

  private final @Nullable List<Decision> decisions;

  private Trace(@Nullable List<Decision> decisions) {
    this.decisions = decisions;
  }

  static Trace recording() {
    return new Trace(new ArrayList<>());
  }

  void add(
      Stage stage,
      @Nullable String recipientId,
      @Nullable Channel channel,
      Verdict verdict,
      String detail) {
    if (decisions != null) {
      decisions.add(new Decision(stage, recipientId, channel, verdict, detail));
    }
  }

  boolean isRecording() {
    return decisions != null;
  }

  List<Decision> decisions() {
    return decisions == null ? List.of() : decisions;
  }
}
