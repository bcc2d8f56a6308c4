package dev.notifykit.test.apns;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a {@link FakeApnsServer} does with a push. Immutable. */
public final class ApnsAnswer {
  enum Kind {
    REPLY,
    HANG,
    DRIP,
    RESET_STREAM,
    REFUSE_STREAM,
    RESET_CONNECTION,
    RESET_MID_REPLY,
    GO_AWAY,
    GO_AWAY_UNANSWERED
  }

  final Kind kind;
  final int status;
  final String body;

  private ApnsAnswer(Kind kind, int status, String body) {
    this.kind = kind;
    this.status = status;
    this.body = body;
  }

  private static ApnsAnswer of(Kind kind) {
    return new ApnsAnswer(kind, 200, "");
  }

  /** Takes the push. */
  public static ApnsAnswer accept() {
    return of(Kind.REPLY);
  }

  /**
   * Refuses the push.
   *
   * @param status the HTTP status, such as 400
   * @param reason one of Apple's reasons, such as {@code BadDeviceToken}
   */
  public static ApnsAnswer refuse(int status, String reason) {
    return raw(status, "{\"reason\":\"" + reason + "\"}");
  }

  /**
   * Says that the device token is not in use any more.
   *
   * @param since since when, or null to leave that out
   */
  public static ApnsAnswer unregistered(@Nullable Instant since) {
    return since == null
        ? refuse(410, "Unregistered")
        : raw(410, "{\"reason\":\"Unregistered\",\"timestamp\":" + since.toEpochMilli() + "}");
  }

  /** Replies with this status and body, whatever they mean. */
  public static ApnsAnswer raw(int status, String body) {
    return new ApnsAnswer(Kind.REPLY, status, body);
  }

  /** Does not reply until {@link FakeApnsServer#release}. */
  public static ApnsAnswer hang() {
    return of(Kind.HANG);
  }

  /** Replies with one byte a second. */
  public static ApnsAnswer drip() {
    return of(Kind.DRIP);
  }

  /** Ends the stream without a reply. */
  public static ApnsAnswer resetStream() {
    return of(Kind.RESET_STREAM);
  }

  /** Ends the stream, saying that its push was not looked at (RFC 9113, section 8.7). */
  public static ApnsAnswer refuseStream() {
    return of(Kind.REFUSE_STREAM);
  }

  /** Resets the connection without a reply. */
  public static ApnsAnswer resetConnection() {
    return of(Kind.RESET_CONNECTION);
  }

  /** Resets the connection in the middle of the reply. */
  public static ApnsAnswer resetMidReply() {
    return of(Kind.RESET_MID_REPLY);
  }

  /** Sends GOAWAY, saying that this push and all after it were not looked at, and hangs up. */
  public static ApnsAnswer goAway() {
    return of(Kind.GO_AWAY);
  }

  /** Sends GOAWAY, saying that this push was looked at, and hangs up without a reply to it. */
  public static ApnsAnswer goAwayUnanswered() {
    return of(Kind.GO_AWAY_UNANSWERED);
  }

  @Override
  public String toString() {
    return "ApnsAnswer[" + kind + " " + status + "]";
  }
}
