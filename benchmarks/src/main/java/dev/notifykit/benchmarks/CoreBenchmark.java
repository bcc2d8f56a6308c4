package dev.notifykit.benchmarks;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.Recipient;
import dev.notifykit.admission.Admission;
import dev.notifykit.admission.AdmissionSettings;
import dev.notifykit.message.Message;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.RenderRequest;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.template.Templates;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What single steps of the way of a notification cost. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CoreBenchmark {
  private static final Map<String, Object> DATA =
      Map.of(
          "name", "Ann",
          "orderNo", "A-1001",
          "date", "2026-11-20",
          "carrier", "UPS",
          "weight", "1.2 kg",
          "arrival", "2026-11-23");
  private static final String LINE =
      "Hello {{name}}, your order {{orderNo}} of {{date}} has shipped with {{carrier}}, weighs"
          + " {{weight}} and arrives on {{arrival}}. ";

  private final TokenBucket bucket = new TokenBucket(1_000_000_000, Duration.ofHours(1));
  private final AtomicLong bucketState = new AtomicLong(TokenBucket.FULL);
  private final InMemoryStore store = InMemoryStore.create();
  private final Templates templates =
      new Templates(
          List.of(
              TemplateSource.of(
                  Map.of(
                      "order/email.subject",
                      "Order {{orderNo}}",
                      "order/email.html",
                      "<p>" + (LINE + "</p><p>").repeat(8) + "</p>",
                      "order/email.txt",
                      LINE.repeat(3)))));
  private final Admission admission =
      new Admission(
          new DeliveryPolicy(
              Map.of(),
              List.of(
                  RateLimit.perRecipient(10_000, Duration.ofHours(1)),
                  RateLimit.perTenant(1_000_000_000, Duration.ofHours(1))),
              null,
              Set.of(),
              ZoneOffset.UTC),
          new AdmissionSettings(
              Duration.ofDays(1),
              EventIdPolicy.ANY,
              Set.of(Channel.EMAIL),
              List.of(),
              TargetKeys.of(List.of(), store.once()),
              Map::of),
          store,
          templates);
  private final RenderRequest request =
      new RenderRequest(DATA, null, new UUID(1, 2), "", "ann", "Ann", "default", List.of());
  private final Notification notification =
      Notification.builder("order").eventId("orders#1").to("ann").with(DATA).build();

  public CoreBenchmark() {
    store.recipients().save("", Recipient.builder("ann").email("ann@example.com").build());
  }

  /** One token by compare-and-set, the clock included. */
  @Benchmark
  public long tokenBucket() {
    while (true) {
      long before = bucketState.get();
      long after = bucket.take(before, System.nanoTime(), 1);
      if (after == TokenBucket.REFUSED) {
        bucketState.set(TokenBucket.FULL);
      } else if (bucketState.compareAndSet(before, after)) {
        return after;
      }
    }
  }

  /** A mail of about 1.5 kB with six variables: subject, HTML and text. */
  @Benchmark
  public Message render() {
    return templates.get("order").render(Channel.EMAIL, request);
  }

  /** From a notification to its planned delivery, without storing it. */
  @Benchmark
  public List<NewNotification> admission() {
    return admission.draft(List.of(notification), "").plan();
  }
}
