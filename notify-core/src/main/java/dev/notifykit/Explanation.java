package dev.notifykit;

import java.util.List;
import java.util.Objects;
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
    return !refused && decisions.stream().anyMatch(d -> isWanted(d) && isAnyLeft(d));
  }

  private static boolean isWanted(Decision d) {
    return d.stage() == Stage.PREFERENCES && d.verdict() == Verdict.PASS;
  }

  /** Several devices have the same decisions; each is held back once at most. */
  private boolean isAnyLeft(Decision wanted) {
    List<Decision> same = decisions.stream().filter(d -> isAboutSame(wanted, d)).toList();
    long planned = same.stream().filter(Explanation::isWanted).count();
    return planned > same.stream().filter(Explanation::isHeldBackLater).count();
  }

  private static boolean isHeldBackLater(Decision d) {
    return d.verdict() == Verdict.SUPPRESS
        && (d.stage() == Stage.QUIET_HOURS || d.stage() == Stage.RATE_LIMIT);
  }

  private static boolean isAboutSame(Decision one, Decision other) {
    return Objects.equals(one.recipientId(), other.recipientId())
        && one.channel() == other.channel();
  }

  @Override
  public String toString() {
    return decisions.stream().map(Decision::toString).collect(Collectors.joining("\n"));
  }
}
