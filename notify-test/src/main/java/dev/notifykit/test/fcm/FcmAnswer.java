package dev.notifykit.test.fcm;

import org.jspecify.annotations.Nullable;

/** What a {@link FakeFcmServer} does with a message. Immutable. */
public final class FcmAnswer {
  enum Kind {
    ACCEPT,
    REPLY,
    HANG,
    DRIP,
    RESET,
    RESET_MID_REPLY
  }

  final Kind kind;
  final int status;
  final String body;
  final @Nullable String retryAfter;

  private FcmAnswer(Kind kind, int status, String body, @Nullable String retryAfter) {
    this.kind = kind;
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  private static FcmAnswer of(Kind kind) {
    return new FcmAnswer(kind, 200, "", null);
  }

  /** Takes the message and gives it a name. */
  public static FcmAnswer accept() {
    return of(Kind.ACCEPT);
  }

  /**
   * Refuses the message as Google's services do.
   *
   * @param http the HTTP status, such as 404
   * @param status the canonical status, such as {@code NOT_FOUND}
   * @param errorCode the messaging error code, such as {@code UNREGISTERED}, or null for none
   */
  public static FcmAnswer refuse(int http, String status, @Nullable String errorCode) {
    String details =
        errorCode == null
            ? ""
            : ",\"details\":[{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\","
                + "\"errorCode\":\""
                + errorCode
                + "\"}]";
    return raw(
        http,
        "{\"error\":{\"code\":%s,\"message\":\"refused\",\"status\":\"%s\"%s}}"
            .formatted(http, status, details));
  }

  /** Refuses the message because a field of it is wrong, such as {@code message.token}. */
  public static FcmAnswer badField(String field) {
    return raw(
        400,
        "{\"error\":{\"code\":400,\"message\":\"refused\",\"status\":\"INVALID_ARGUMENT\","
            + "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\","
            + "\"fieldViolations\":[{\"field\":\""
            + field
            + "\",\"description\":\"invalid\"}]},"
            + "{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1.FcmError\","
            + "\"errorCode\":\"INVALID_ARGUMENT\"}]}}");
  }

  /** Replies with this status and body, whatever they mean. */
  public static FcmAnswer raw(int status, String body) {
    return new FcmAnswer(Kind.REPLY, status, body, null);
  }

  /** Returns a copy with a {@code Retry-After} header. */
  public FcmAnswer withRetryAfter(String value) {
    return new FcmAnswer(kind, status, body, value);
  }

  /** Does not reply until {@link FakeFcmServer#release}. */
  public static FcmAnswer hang() {
    return of(Kind.HANG);
  }

  /** Replies with one byte a second. */
  public static FcmAnswer drip() {
    return of(Kind.DRIP);
  }

  /** Resets the connection without a reply. */
  public static FcmAnswer reset() {
    return of(Kind.RESET);
  }

  /** Resets the connection in the middle of the reply. */
  public static FcmAnswer resetMidReply() {
    return of(Kind.RESET_MID_REPLY);
  }

  @Override
  public String toString() {
    return "FcmAnswer[" + kind + " " + status + "]";
  }
}
