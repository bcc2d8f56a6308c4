package dev.notifykit.sms;

/** What a bare HTTP status means, where the provider gave no code of its own. */
final class HttpStatuses {
  private HttpStatuses() {}

  static CodeClass classify(int status) {
    return switch (status) {
      case 400, 405, 406, 413, 414, 415, 422 -> CodeClass.REJECTED;
      // A missing path is a wrong account or address, for this and every other message.
      case 401, 403, 404 -> CodeClass.MISCONFIGURED;
      case 429 -> CodeClass.THROTTLED;
      default -> CodeClass.UNKNOWN;
    };
  }

  static String code(int status) {
    return "http_" + status;
  }
}
