package dev.notifykit;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The decisions admission would take for a notification, in order. {@code toString} prints one line
 * each and names no address.
 *
 * @param decisions in the order they are taken
 */
public record Explanation(List<Decision> decisions) {
  /** Copies the decisions. */
  public Explanation {
    decisions = List.copyOf(decisions);
  }

  /** The stages of admission, in order. */
  public enum Stage {
    /** Is the notification well formed, does its template exist, are its parameters there? */
    VALIDATION,
    /** Who is it for, and which addresses and devices are theirs? */
    RECIPIENT,
    /** Which channels and devices shall it take? */
    PLAN,
    /** Did the recipient opt out, or does the address not work? */
    PREFERENCES,
    /** Is it night where the recipient is? */
    QUIET_HOURS,
    /** Was the same event sent before? */
    DEDUPE,
    /** Has the recipient, or the tenant, had enough? */
    RATE_LIMIT
  }

  /** What a decision does to the delivery. */
  public enum Verdict {
    /** It goes on. */
    PASS,
    /** It waits. */
    DEFER,
    /** It is not sent. */
    SUPPRESS,
    /** The notification as a whole would be refused or is a repeat. */
    REFUSE
  }

  /**
   * One decision.
   *
   * @param stage the stage
   * @param recipientId whom it is about, or null if the whole notification
   * @param channel which channel, or null if all
   * @param verdict what it does
   * @param detail why
   */
  public record Decision(
      Stage stage,
      @Nullable String recipientId,
      @Nullable Channel channel,
      Verdict verdict,
      String detail) {
    @Override
    public String toString() {
      return "%-12s %-9s %s%s%s"
          .formatted(
              stage,
              verdict,
              recipientId == null ? "" : recipientId + ' ',
              channel == null ? "" : channel + " ",
              detail);
    }
  }

  /** Returns whether anything would be sent, now or later. */
  public boolean wouldSend() {
    boolean refused = decisions.stream().anyMatch(d -> d.verdict() == Verdict.REFUSE);
    boolean planned = decisions.stream().anyMatch(this::isUnsuppressedPlan);
    return !refused && planned;
  }

  private boolean isUnsuppressedPlan(Decision plan) {
    return plan.stage() == Stage.PLAN
        && plan.verdict() == Verdict.PASS
        && decisions.stream()
            .noneMatch(d -> d.verdict() == Verdict.SUPPRESS && isAboutSame(plan, d));
  }

  private static boolean isAboutSame(Decision plan, Decision other) {
    return java.util.Objects.equals(plan.recipientId(), other.recipientId())
        && plan.channel() == other.channel();
  }

  @Override
  public String toString() {
    return decisions.stream().map(Decision::toString).collect(Collectors.joining("\n"));
  }
}
