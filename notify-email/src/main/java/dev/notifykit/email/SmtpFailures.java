package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Decides what a broken connection means, by how far the dialogue had come. */
final class SmtpFailures {
  private SmtpFailures() {}

  /**
   * Returns the outcome of a failure before any mail was begun: nothing was sent.
   *
   * @param phase the step that failed
   * @param reply the last reply, which decides if it was a refusal
   * @param failure what was thrown
   * @param aborted whether the time was up and the connection cut by us
   */
  static Outcome opening(SmtpPhase phase, SmtpReply reply, Throwable failure, boolean aborted) {
    if (aborted) {
      return new Outcome.Retryable("timeout_connect");
    }
    if (hasCause(failure, UnknownHostException.class)) {
      return new Outcome.Retryable("unknown_host");
    }
    if (hasCause(failure, SSLException.class)) {
      return tls(failure);
    }
    if (hasCause(failure, SocketTimeoutException.class)) {
      return new Outcome.Retryable("timeout_connect");
    }
    if (reply.isReply() && !reply.isPositive()) {
      return SmtpClassifier.classify(phase, reply);
    }
    if (phase == SmtpPhase.AUTH && reply.isReply()) {
      return new Outcome.Misconfigured("no_common_auth_mechanism");
    }
    return new Outcome.Retryable(phase == SmtpPhase.CONNECT ? "connect" : "connection_lost");
  }

  private static Outcome tls(Throwable failure) {
    if (hasCause(failure, CertificateException.class)
        || hasCause(failure, SSLPeerUnverifiedException.class)) {
      return new Outcome.Misconfigured("tls_certificate");
    }
    boolean broken =
        hasCause(failure, EOFException.class)
            || hasCause(failure, SocketException.class)
            || hasCause(failure, SocketTimeoutException.class);
    return broken ? new Outcome.Retryable("tls_lost") : new Outcome.Misconfigured("tls_handshake");
  }

  /**
   * Returns the outcome of a failure within a transaction.
   *
   * @param phase the step that failed
   * @param failure what was thrown
   * @param aborted whether the time was up and the connection cut by us
   */
  static Outcome sending(SmtpPhase phase, Throwable failure, boolean aborted) {
    boolean late = aborted || hasCause(failure, SocketTimeoutException.class);
    if (phase == SmtpPhase.END_OF_DATA) {
      return new Outcome.Unknown(late ? "timeout_after_data" : "no_reply_after_data");
    }
    return new Outcome.Retryable(late ? "timeout" : "connection_lost");
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
