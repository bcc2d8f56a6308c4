package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides what a negative SMTP reply means. Codes that only ever speak of authentication come
 * first, then the enhanced code (RFC 3463, RFC 7372), then the basic one (RFC 5321).
 *
 * <p>An address is called invalid on an enhanced code only. A bare 550 means "no such user" to one
 * server and "relaying denied" to the next, and the second must not cost the recipient his address.
 */
final class SmtpClassifier {
  /** Authentication required, too weak, failed or not encrypted (RFC 4954). */
  private static final Set<Integer> CREDENTIALS = Set.of(530, 534, 535, 538);

  private static final Set<String> DEAD_ADDRESS =
      Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1");

  /** The sender's own set-up: credentials, SPF, DKIM, DMARC, reverse DNS, a null MX. */
  private static final Pattern OWN_SETUP = Pattern.compile("5\\.7\\.(8|9|11|14|2[0-7]|57|515)");

  private SmtpClassifier() {}

  /**
   * Returns the outcome.
   *
   * @param phase what the reply answers
   * @param reply a reply that did not say yes
   */
  static Outcome classify(SmtpPhase phase, SmtpReply reply) {
    if (!reply.isReply() || reply.isPositive()) {
      return unintelligible(phase);
    }
    if (CREDENTIALS.contains(reply.code())) {
      return new Outcome.Misconfigured(reply.codes());
    }
    return reply.code() / 100 == 4 ? transientFailure(phase, reply) : permanent(phase, reply);
  }

  private static Outcome unintelligible(SmtpPhase phase) {
    return phase == SmtpPhase.END_OF_DATA
        ? new Outcome.Unknown("no_reply_after_data")
        : new Outcome.Retryable("bad_reply");
  }

  private static Outcome transientFailure(SmtpPhase phase, SmtpReply reply) {
    String enhanced = reply.enhanced();
    if (reply.greylisted()) {
      return new Outcome.Throttled(reply.codes(), null, Outcome.Scope.TARGET);
    }
    if (enhanced != null && enhanced.startsWith("4.7.")) {
      Outcome.Scope scope = phase == SmtpPhase.RCPT ? Outcome.Scope.TARGET : Outcome.Scope.PROVIDER;
      return new Outcome.Throttled(reply.codes(), null, scope);
    }
    // 4.5.3 is "too many recipients": a mail has one here, so the session or hour has had its fill.
    boolean slowDown =
        enhanced == null ? reply.code() == 421 || reply.code() == 454 : enhanced.equals("4.5.3");
    return slowDown
        ? new Outcome.Throttled(reply.codes(), null, Outcome.Scope.PROVIDER)
        : new Outcome.Retryable(reply.codes());
  }

  private static Outcome permanent(SmtpPhase phase, SmtpReply reply) {
    String enhanced = reply.enhanced();
    // A server that refuses the connection itself refuses every mail, not this one.
    if (!phase.isTransaction() || (enhanced != null && OWN_SETUP.matcher(enhanced).matches())) {
      return new Outcome.Misconfigured(reply.codes());
    }
    if (enhanced != null && DEAD_ADDRESS.contains(enhanced) && phase != SmtpPhase.MAIL) {
      return new Outcome.InvalidTarget(reply.codes());
    }
    return isSoft(phase, reply)
        ? new Outcome.Retryable(reply.codes())
        : new Outcome.Rejected(reply.codes());
  }

  /** A full mailbox can be emptied: 5.2.2, and 552 where it speaks of the recipient. */
  private static boolean isSoft(SmtpPhase phase, SmtpReply reply) {
    return reply.enhanced() == null
        ? reply.code() == 552 && phase == SmtpPhase.RCPT
        : reply.enhanced().equals("5.2.2");
  }
}
