package dev.notifykit.test.provider;

/**
 * How a {@link FakeService} treats the attempts that reach it. The first group answers as the real
 * service documents it; the second breaks the connection.
 */
public enum ServiceBehaviour {
  /** Takes the message and gives it an id. */
  ACCEPT,
  /** Refuses the content or request for good. */
  REJECT,
  /** Says that the address or device does not exist any more. */
  INVALID_TARGET,
  /** Says that the recipient opted out with the service. */
  OPTED_OUT,
  /** Asks to slow down for this target. */
  THROTTLE_TARGET,
  /** Asks to slow down altogether. */
  THROTTLE_PROVIDER,
  /** Refuses for a passing reason, without having taken the message. */
  FAIL_FOR_NOW,
  /** Refuses the credentials. */
  REFUSE_CREDENTIALS,
  /** Fails in the way after which the message may have been taken, such as HTTP 500. */
  FAIL_UNCLEAR,
  /** Answers with something that is not in the service's documentation, such as HTML with 200. */
  ANSWER_MALFORMED,

  /** Reads the whole message and does not answer until {@link FakeService#release}. */
  HANG,
  /** Reads the whole message and answers one byte a second, longer than any timeout. */
  DRIP,
  /** Reads the whole message and resets the connection before the first byte of the answer. */
  RESET_BEFORE_REPLY,
  /** Reads the whole message and resets the connection in the middle of the answer. */
  RESET_MID_REPLY,
  /** Does not listen: every new connection is refused, and the open ones are gone. */
  REFUSE_CONNECTIONS
}
