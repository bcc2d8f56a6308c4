package dev.notifykit.sms;

/**
 * The one classifier of Vonage's statuses, and of the error codes in its delivery receipts.
 *
 * <p>See {@code https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms} and
 * {@code .../delivery-receipts}.
 */
final class VonageCodes {
  private static final CodeTable STATUSES =
      new CodeTable()
          .with(CodeClass.INVALID_TARGET, "6 17 33")
          .with(CodeClass.OPTED_OUT, "7")
          .with(CodeClass.REJECTED, "2 3 12 15 16 18 20 22 23")
          .with(CodeClass.MISCONFIGURED, "4 8 9 11 14 19 29 32")
          .with(CodeClass.THROTTLED, "1 10")
          .with(CodeClass.UNKNOWN, "5 13");

  private static final CodeTable RECEIPTS =
      new CodeTable()
          .with(CodeClass.INVALID_TARGET, "3 11 12")
          .with(CodeClass.OPTED_OUT, "4 9")
          .with(CodeClass.REJECTED, "6 10 13 14 15")
          .with(CodeClass.RETRYABLE, "2 5 7 8")
          .with(CodeClass.UNKNOWN, "1 99");

  private VonageCodes() {}

  static CodeClass status(int status) {
    return STATUSES.classify(status);
  }

  static CodeClass receipt(int errCode) {
    return RECEIPTS.classify(errCode);
  }
}
