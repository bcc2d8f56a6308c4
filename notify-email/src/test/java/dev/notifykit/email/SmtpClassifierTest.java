package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SmtpClassifierTest {
  private static Outcome classify(SmtpPhase phase, String reply) {
    return SmtpClassifier.classify(
        phase, SmtpReply.of(Integer.parseInt(reply.substring(0, 3)), reply));
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 550 5.1.1 unknown user, InvalidTarget",
    "RCPT, 550-5.1.1 unknown user, InvalidTarget",
    "RCPT, 550 5.1.2 unknown host, InvalidTarget",
    "RCPT, 501 5.1.3 bad syntax, InvalidTarget",
    "RCPT, 551 5.1.6 has moved, InvalidTarget",
    "RCPT, 556 5.1.10 null MX, InvalidTarget",
    "RCPT, 550 5.2.1 disabled, InvalidTarget",
    "END_OF_DATA, 550 5.1.1 unknown user, InvalidTarget",
    "MAIL, 550 5.1.1 unknown sender, Rejected",
    "MAIL, 553 5.1.8 bad sender, Rejected",
    "END_OF_DATA, 552 5.2.3 too long for mailbox, Rejected",
    "MAIL, 552 5.3.4 too big, Rejected",
    "END_OF_DATA, 554 5.6.0 media error, Rejected",
    "END_OF_DATA, 554 5.6.7 needs SMTPUTF8, Rejected",
    "RCPT, 550 5.7.1 not allowed, Rejected",
    "RCPT, 550 5.7.10 hm, Rejected",
    "RCPT, 550 5.1.11 hm, Rejected",
    "MAIL, 530 5.7.0 authenticate first, Misconfigured",
    "MAIL, 530 5.7.1 not authenticated, Misconfigured",
    "AUTH, 534 5.7.9 mechanism too weak, Misconfigured",
    "AUTH, 535 5.7.8 bad credentials, Misconfigured",
    "AUTH, 535 no, Misconfigured",
    "AUTH, 538 5.7.11 encrypt first, Misconfigured",
    "END_OF_DATA, 550 5.7.8 hm, Misconfigured",
    "END_OF_DATA, 550 5.7.20 no passing DKIM, Misconfigured",
    "END_OF_DATA, 550-5.7.26 unauthenticated, Misconfigured",
    "END_OF_DATA, 550-5.7.515 access denied, Misconfigured",
    "CONNECT, 554 5.7.1 blocked, Misconfigured",
    "CONNECT, 554 no service, Misconfigured",
    "TLS, 501 hm, Misconfigured",
    "CONNECT, 421 busy, Throttled",
    "MAIL, 421 4.7.0 slow down, Throttled",
    "RCPT, 421 closing, Throttled",
    "RCPT, 451 4.7.1 try later, Throttled",
    "MAIL, 450 4.7.25 no PTR, Throttled",
    "AUTH, 454 4.7.0 temporary failure, Throttled",
    "END_OF_DATA, 454 Throttling failure, Throttled",
    "RCPT, 450 4.2.0 greylisted, Throttled",
    "RCPT, 451 Graylisting in action, Throttled",
    "RCPT, 450 Grey-listed, Throttled",
    "RCPT, 452 4.5.3 too many recipients, Throttled",
    "RCPT, 450 4.2.0 busy, Retryable",
    "RCPT, 452 4.2.2 full, Retryable",
    "RCPT, 450 mailbox busy, Retryable",
    "MAIL, 451 4.3.0 hm, Retryable",
    "MAIL, 452 4.3.1 disk full, Retryable",
    "CONNECT, 421 4.3.2 shutting down, Retryable",
    "MAIL, 421 4.4.2 idle, Retryable",
    "RCPT, 450 4.4.1 no answer from host, Retryable",
    "RCPT, 552 5.2.2 full, Retryable",
    "RCPT, 552 full, Retryable",
    "MAIL, 552 too big, Rejected",
    "RCPT, 550 no such user or relaying denied, Rejected",
    "RCPT, 550 4.1.1 a contradiction, Rejected",
    "RCPT, 450 5.1.1 a contradiction, Retryable",
    "RCPT, 550 5.1.1.9 no status code, Rejected",
    "DATA, 554 no, Rejected",
    "DATA, 503 5.5.1 out of order, Rejected",
    "MAIL, 250 which is no refusal, Retryable",
    "END_OF_DATA, 354 which makes no sense, Unknown"
  })
  void judges(SmtpPhase phase, String reply, String outcome) {
    assertThat(classify(phase, reply).getClass().getSimpleName()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 450 4.2.0 greylisted, TARGET",
    "RCPT, 451 4.7.1 try later, TARGET",
    "MAIL, 451 4.7.1 try later, PROVIDER",
    "END_OF_DATA, 451 4.7.28 rate, PROVIDER",
    "CONNECT, 421 busy, PROVIDER",
    "RCPT, 452 4.5.3 too many, PROVIDER"
  })
  void tellsWhatIsThrottled(SmtpPhase phase, String reply, Outcome.Scope scope) {
    assertThat(classify(phase, reply))
        .isInstanceOfSatisfying(
            Outcome.Throttled.class, t -> assertThat(t.scope()).isEqualTo(scope));
  }

  @Test
  void codesCarryNoText() {
    assertThat(classify(SmtpPhase.RCPT, "550 5.1.1 <ann@example.com> unknown").code())
        .isEqualTo("550 5.1.1");
    assertThat(classify(SmtpPhase.RCPT, "550 <ann@example.com> unknown").code()).isEqualTo("550");
  }

  @ParameterizedTest
  @EnumSource(SmtpPhase.class)
  void noReplyIsUnknownOnlyAfterTheFinalDot(SmtpPhase phase) {
    Outcome outcome = SmtpClassifier.classify(phase, SmtpReply.of(-1, "[EOF]"));

    assertThat(outcome)
        .isInstanceOf(
            phase == SmtpPhase.END_OF_DATA ? Outcome.Unknown.class : Outcome.Retryable.class);
  }
}
