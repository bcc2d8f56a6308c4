package dev.notifykit.sms;

import dev.notifykit.provider.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The one classifier of Twilio's answers and of the error codes in its status callbacks.
 *
 * <p>See Twilio's error and warning dictionary, {@code https://www.twilio.com/docs/api/errors}.
 */
final class TwilioCodes {
  private static final CodeTable TABLE =
      new CodeTable()
          .with(
              CodeClass.INVALID_TARGET,
              "21211 21214 21217 21401 21614 21635 30005 30006 63003 63024")
          .with(CodeClass.OPTED_OUT, "21610 63014 63033")
          .with(
              CodeClass.REJECTED,
              "20001 20422 21602 21604 21605 21617-21620 21623 21624 21654-21656 21658 30004 30007"
                  + " 30010 30012-30016 30019 30450 63005 63006 63013 63016 63021 63026-63028 63030"
                  + " 63032 63034 63040-63042")
          .with(
              CodeClass.MISCONFIGURED,
              "20003 20005 20008 21212 21219 21408 21603 21606-21609 21612 21622 21657 21659 21660"
                  + " 21701-21705 21709 30002 30018 30024 30032-30035 63001 63002 63007 63008 63015"
                  + " 63020 63051")
          .with(CodeClass.THROTTLED, "20429 21611 30001 30022 63017 63018")
          .with(CodeClass.TARGET_THROTTLED, "14107")
          .with(CodeClass.CAPPED, "30023 30027 63038")
          .with(CodeClass.RETRYABLE, "30003 30017 63036")
          .with(CodeClass.UNKNOWN, "20500 20503 30008 30020 30021 30410 63009 63010 63012 63023");

  private TwilioCodes() {}

  static CodeClass classify(int code) {
    return TABLE.classify(code);
  }

  /**
   * Returns what a refusal means. A server's error says nothing about the message, code or not; a
   * code that is not listed, of which Twilio adds some each year, leaves it to the status.
   */
  static Outcome outcome(HttpReply reply, @Nullable Integer code) {
    int status = reply.status();
    String shown = code == null ? HttpStatuses.code(status) : code.toString();
    if (status >= 500) {
      return new Outcome.Unknown(shown);
    }
    CodeClass byStatus = HttpStatuses.classify(status);
    CodeClass meaning = code == null ? byStatus : TABLE.classify(code, byStatus);
    return meaning.outcome(shown, reply.retryAfter());
  }
}
