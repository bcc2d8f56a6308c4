package dev.notifykit.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code send} to settled in memory: preferences, dedupe by event id, two rate limits, a template
 * of six variables and a provider that accepts at once; against a straight loop of the same steps
 * on as many threads as the machine has cores.
 */
final class PipelineMemory {
  private static final int DELIVERIES = 400_000;
  private static final int RECIPIENTS = 20_000;
  private static final int CALLERS = Runtime.getRuntime().availableProcessors();
  private static final String TEXT =
      "Hello {{name}}, your order {{orderNo}} of {{date}} has shipped with {{carrier}}. It weighs"
          + " {{weight}} and arrives on {{arrival}}. Reply to this message if anything is wrong,"
          + " and thank you for shopping with us.";
  private static final TokenBucket RECIPIENT_BUCKET = new TokenBucket(10_000, Duration.ofHours(1));
  private static final TokenBucket TENANT_BUCKET =
      new TokenBucket(1_000_000_000, Duration.ofHours(1));

  private final String[] recipientIds = new String[RECIPIENTS];
  private long run;
  private String cpu = "";

  private PipelineMemory() {
    for (int i = 0; i < RECIPIENTS; i++) {
      recipientIds[i] = "user-" + i;
    }
  }

  public static void main(String[] args) throws Exception {
    PipelineMemory benchmark = new PipelineMemory();
    new Comparison("pipeline-memory", "deliveries/s")
        .add("ours", benchmark::ours)
        .add("floor", benchmark::floor)
        .remark(() -> benchmark.cpu)
        .run(8, 7); // the compiler takes that long to settle
  }

  private double ours() throws Exception {
    CountingProvider provider = new CountingProvider();
    try (NotificationClient client = client(provider)) {
      for (String id : recipientIds) {
        client.recipients().save(Recipient.builder(id).phone("+14155550100").build());
      }
      return timed(
          (i, eventId) -> client.send(notification(i, eventId)),
          () -> provider.accepted.sum() >= DELIVERIES && client.isIdle());
    }
  }

  private static NotificationClient client(CountingProvider provider) {
    return NotificationClient.builder()
        .store(InMemoryStore.create())
        .provider(provider)
        .templates(TemplateSource.of(Map.of("order-shipped/sms.txt", TEXT)))
        .rateLimit(RateLimit.perRecipient(RECIPIENT_BUCKET.capacity(), RECIPIENT_BUCKET.period()))
        .rateLimit(RateLimit.perTenant(TENANT_BUCKET.capacity(), TENANT_BUCKET.period()))
        .maxInFlight(Route.SMS, 1_024)
        .build();
  }

  private Notification notification(int i, String eventId) {
    return Notification.builder("order-shipped")
        .eventId(eventId)
        .to(recipientIds[i % RECIPIENTS])
        .with("name", "Ann")
        .with("orderNo", eventId)
        .with("date", "2026-11-20")
        .with("carrier", "UPS")
        .with("weight", "1.2 kg")
        .with("arrival", "2026-11-23")
        .build();
  }

  private double floor() throws Exception {
    Cache<String, Boolean> seen =
        Caffeine.newBuilder().expireAfterWrite(Duration.ofDays(1)).build();
    Map<String, Boolean> optedOut = new ConcurrentHashMap<>();
    Map<String, AtomicLong> buckets = new ConcurrentHashMap<>();
    AtomicLong tenant = new AtomicLong(TokenBucket.FULL);
    Template template = Mustache.compiler().escapeHTML(false).compile(TEXT);
    LongAdder accepted = new LongAdder();
    return timed(
        (i, eventId) -> {
          String recipient = recipientIds[i % RECIPIENTS];
          if (seen.asMap().putIfAbsent(eventId, true) == null
              && !optedOut.containsKey(recipient)
              && take(
                  buckets.computeIfAbsent(recipient, r -> new AtomicLong(TokenBucket.FULL)),
                  RECIPIENT_BUCKET)
              && take(tenant, TENANT_BUCKET)) {
            Map<String, Object> data =
                Map.of(
                    "name", "Ann",
                    "orderNo", eventId,
                    "date", "2026-11-20",
                    "carrier", "UPS",
                    "weight", "1.2 kg",
                    "arrival", "2026-11-23");
            accepted.add(template.execute(data).isEmpty() ? 0 : 1);
          }
        },
        () -> accepted.sum() >= DELIVERIES);
  }

  private static boolean take(AtomicLong state, TokenBucket bucket) {
    while (true) {
      long before = state.get();
      long after = bucket.take(before, System.nanoTime(), 1);
      if (after == TokenBucket.REFUSED) {
        return false;
      }
      if (state.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    void send(int i, String eventId);
  }

  @FunctionalInterface
  private interface Done {
    boolean isDone();
  }

  private double timed(Step step, Done done) throws InterruptedException {
    String prefix = "orders#" + run++ + "-";
    CountDownLatch ended = new CountDownLatch(CALLERS);
    double cpuBefore = Database.cpuSeconds(ProcessHandle.current());
    long start = System.nanoTime();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = caller;
      new Thread(
              () -> {
                for (int i = first; i < DELIVERIES; i += CALLERS) {
                  step.send(i, prefix + i);
                }
                ended.countDown();
              })
          .start();
    }
    ended.await();
    while (!done.isDone()) {
      LockSupport.parkNanos(100_000);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double each = (Database.cpuSeconds(ProcessHandle.current()) - cpuBefore) / DELIVERIES;
    cpu = String.format(Locale.ROOT, ", each %.1f us of processor time", each * 1e6);
    return DELIVERIES / seconds;
  }

  /** Takes every message at once. */
  static final class CountingProvider implements Provider {
    final LongAdder accepted = new LongAdder();
    private final CompletionStage<Outcome> answer =
        CompletableFuture.completedFuture(new Outcome.Accepted("1"));

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public int maxInFlight() {
      return 1_024;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      accepted.add(((SmsMessage) request.message()).text().isEmpty() ? 0 : 1);
      return answer;
    }

    @Override
    public void close() {}
  }
}
