package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.ProviderStats;
import dev.notifykit.Recipient;
import dev.notifykit.event.NotificationEvent.AlertCleared;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Routing;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.CapturedLogs;
import dev.notifykit.test.RecordingProvider;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of a channel's providers gets a delivery, and who takes over from whom. */
@Timeout(120)
class RoutingTest {
  private static final String FIRST = "recording-sms";

  private final RecordingProvider second =
      RecordingProvider.builder(Channel.SMS).name("second").build();

  private Rig open(UnaryOperator<NotificationClient.Builder> options) {
    return Rig.open(b -> options.apply(b.provider(second)));
  }

  private static Delivery send(Rig rig, String number) {
    return rig.sent(
            rig.client
                .notification("hello")
                .to(Recipient.builder("r" + number).phone(number).build())
                .via(Channel.SMS)
                .with("name", "A"))
        .get(0);
  }

  private static ProviderStats stats(Rig rig, String name) {
    return rig.client.stats().providers().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSecondTakesOverUnderTheSameDeliveryIdAndTheLogKeepsWhatTheFirstSaid() {
    try (Rig rig = open(b -> b)) {
      rig.sms.then(new Outcome.Retryable("connect"));
      Delivery taken = send(rig, "+14155550100");
      assertThat(taken.provider()).isEqualTo("second");
      assertThat(taken.state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(second.sent()).extracting(SendRequest::deliveryId).containsExactly(taken.id());
      assertThat(rig.sms.sent()).extracting(SendRequest::deliveryId).containsExactly(taken.id());
      assertThat(rig.client.attempts(taken.id()))
          .extracting(Attempt::provider, Attempt::code)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(FIRST, "connect"));
    }
  }

  @Test
  void whatEachProviderOfAnAttemptSaidIsTold() {
    try (CapturedLogs logs = CapturedLogs.start();
        Rig rig = open(b -> b)) {
      rig.sms.then(new Outcome.Retryable("connect"));
      second.then(new Outcome.Rejected("30007"));
      Delivery dead = send(rig, "+14155550100");
      assertThat(rig.client.attempts(dead.id())).extracting(Attempt::code).containsExactly("30007");
      assertThat(logs.lines())
          .extracting(CapturedLogs.Line::text)
          .anyMatch(line -> line.contains("goes on after attempt 1: Retryable by " + FIRST));
    }
  }

  @Test
  void whatMayHaveBeenTakenGoesToAnotherOnlyWhereADuplicateIsPreferred() {
    Category quiet =
        Category.builder("codes").unknownOutcome(UnknownOutcome.PREFER_SILENCE).build();
    try (Rig rig = open(b -> b.category(quiet))) {
      rig.sms.otherwise(new Outcome.Unknown("reset"));
      assertThat(send(rig, "+14155550100").provider()).isEqualTo("second");

      Delivery silent =
          rig.sent(
                  rig.client
                      .notification("hello")
                      .to(Recipient.builder("bob").phone("+14155550101").build())
                      .via(Channel.SMS)
                      .category("codes")
                      .with("name", "A"))
              .get(0);
      assertThat(silent.state()).isEqualTo(DeliveryState.UNKNOWN);
      assertThat(second.sent()).hasSize(1);
    }
  }

  @Test
  void aRetryGoesWhereTheFirstAttemptWent() {
    try (Rig rig =
        open(
            b ->
                b.retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(5))
                    .routing(Channel.SMS, Routing.weighted(FIRST, 50).and("second", 50)))) {
      Outcome busy = new Outcome.Throttled("busy", Duration.ofSeconds(1), Outcome.Scope.TARGET);
      for (int i = 0; i < 40; i++) {
        RecordingProvider[] both = {rig.sms, second};
        for (RecordingProvider p : both) {
          p.reset();
          p.then(3, busy);
        }
        send(rig, "+1415555%04d".formatted(i));
        rig.pass(Duration.ofMinutes(5));
        assertThat(Set.of(rig.sms.sent().size(), second.sent().size()))
            .containsExactlyInAnyOrder(0, 4);
      }
    }
  }

  @Test
  void aWeightedChoiceThatIsOutGoesToTheOtherAndComesBack() {
    try (Rig rig =
        open(b -> b.routing(Channel.SMS, Routing.weighted(FIRST, 1_000_000).and("second", 1)))) {
      rig.sms.otherwise(new Outcome.Misconfigured("20003"));
      assertThat(send(rig, "+14155550100").provider()).isEqualTo("second");
      assertThat(send(rig, "+14155550101").provider()).isEqualTo("second");
      assertThat(rig.sms.sent()).as("left at once").hasSize(1);
      assertThat(stats(rig, FIRST).state()).isEqualTo(ProviderStats.State.MISCONFIGURED);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .containsExactly(AlertKind.PROVIDER_MISCONFIGURED);

      rig.sms.otherwise(new Outcome.Accepted("m"));
      rig.pass(Duration.ofSeconds(6));
      assertThat(send(rig, "+14155550102").provider()).isEqualTo(FIRST);
      assertThat(stats(rig, FIRST).state()).isEqualTo(ProviderStats.State.UP);
      assertThat(rig.events(AlertCleared.class)).hasSize(1);
    }
  }

  @Test
  void aProviderThatIsAskedRarelyAndDeadIsNoticedAfterTenFailuresInARow() {
    try (Rig rig = open(b -> b)) {
      for (int i = 0; i < 60; i++) {
        send(rig, "+14155550100");
      }
      rig.sms.otherwise(new Outcome.Retryable("connect"));
      for (int i = 0; i < 30; i++) {
        assertThat(send(rig, "+14155550100").provider()).isEqualTo("second");
      }
      assertThat(rig.sms.sent()).hasSize(70);
      assertThat(stats(rig, FIRST).state()).isEqualTo(ProviderStats.State.DOWN);
      assertThat(rig.events(AlertRaised.class))
          .extracting(AlertRaised::kind)
          .containsExactly(AlertKind.PROVIDER_DOWN);
    }
  }

  @Test
  void whatTheFirstSaidCountsWhereTheSecondMayNotBeAskedNow() {
    try (Rig rig = open(b -> b.rateLimit(RateLimit.perProvider("second", 1, Duration.ofDays(1))))) {
      rig.sms.otherwise(new Outcome.Retryable("connect"));
      assertThat(send(rig, "+14155550100").provider()).isEqualTo("second");
      Delivery waiting = send(rig, "+14155550101");
      assertThat(waiting.state()).isEqualTo(DeliveryState.RETRY_WAIT);
      assertThat(waiting.attempts()).isEqualTo(1);
      assertThat(rig.client.attempts(waiting.id()))
          .extracting(Attempt::provider, Attempt::code)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(FIRST, "connect"));
    }
  }

  @Test
  void goesByTheRecipientsCountryAndByPredicateAndElseInTheOrderAdded() {
    Routing routing =
        Routing.byCountry(Set.of("KR"), Routing.ordered("second"))
            .otherwise(
                Routing.when(c -> c.recipientId().endsWith("99"), Routing.ordered("second")));
    try (Rig rig = open(b -> b.routing(Channel.SMS, routing))) {
      assertThat(send(rig, "+821012345678").provider()).isEqualTo("second");
      assertThat(send(rig, "+14155550199").provider()).isEqualTo("second");
      assertThat(send(rig, "+14155550100").provider()).isEqualTo(FIRST);
    }
  }

  @Test
  void aRuleThatNamesOneProviderDoesNotFailOver() {
    try (Rig rig = open(b -> b.routing(Channel.SMS, Routing.ordered(FIRST)))) {
      rig.sms.then(new Outcome.Retryable("connect"));
      assertThat(send(rig, "+14155550100").state()).isEqualTo(DeliveryState.RETRY_WAIT);
      assertThat(second.sent()).isEmpty();
    }
  }

  @Test
  void buildRefusesARoutingToAProviderThatIsNotThere() {
    NotificationClient.Builder builder =
        NotificationClient.builder()
            .provider(second)
            .provider(RecordingProvider.of(Channel.EMAIL))
            .routing(Channel.SMS, Routing.ordered("second", "recording-email"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'recording-email' of SMS")
        .hasMessageContaining("[second]");
  }
}
