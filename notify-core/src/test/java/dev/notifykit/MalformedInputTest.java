package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.template.TemplateSource;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Throws a hundred thousand malformed values at every public entry. */
@Timeout(300)
class MalformedInputTest {
  private static final int CASES = 100_000;

  private final long seed = Long.getLong("notifykit.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void everyEntryAcceptsOrRefusesWithADocumentedException() {
    try (NotificationClient client = client()) {
      List<Entry> entries = entries(client);
      Map<String, Integer> refused = new HashMap<>();
      for (int i = 0; i < CASES; i++) {
        Entry entry = entries.get(random.nextInt(entries.size()));
        try {
          entry.call().run();
        } catch (NotificationException e) {
          assertThat(e.getMessage())
              .as("message of %s at %s, case %d of seed %d", e.getClass(), entry.name(), i, seed)
              .isNotBlank();
          refused.merge(entry.name(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
          throw new AssertionError("case " + i + " of seed " + seed + " at " + entry.name(), e);
        }
      }
      assertThat(refused.keySet())
          .as("entries that refused something, seed %d", seed)
          .hasSizeGreaterThanOrEqualTo(entries.size() - UNREFUSABLE);
    }
  }

  @Test
  void nothingRefusedIsStored() {
    try (NotificationClient client = client()) {
      for (int i = 0; i < 2_000; i++) {
        try {
          client
              .notification(string())
              .eventId(string())
              .to(string())
              .with(string(), value())
              .send();
        } catch (NotificationException e) {
          continue;
        } catch (RuntimeException | Error e) {
          throw new AssertionError("case " + i + " of seed " + seed, e);
        }
        throw new AssertionError("a random template was accepted, seed " + seed);
      }
      assertThat(client.stats().routes().values())
          .as("seed %d", seed)
          .allSatisfy(r -> assertThat(r.ready() + r.scheduled() + r.inFlight()).isZero());
    }
  }

  /** Entries that have nothing to refuse. */
  private static final int UNREFUSABLE = 1;

  private record Entry(String name, Runnable call) {}

  private List<Entry> entries(NotificationClient client) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("send", () -> send(client)));
    entries.add(new Entry("sendAll", () -> client.sendAll(notifications())));
    entries.add(new Entry("explain", () -> client.explain(nullOr(this::notification))));
    entries.add(new Entry("preview", () -> client.preview(string(), locale(), dataOrNull())));
    entries.add(new Entry("cancel", () -> client.cancel(nullOr(UUID::randomUUID))));
    entries.add(new Entry("deliveries", () -> client.deliveries(nullOr(UUID::randomUUID))));
    entries.add(new Entry("attempts", () -> client.attempts(nullOr(UUID::randomUUID))));
    entries.add(new Entry("history", () -> client.history(string(), number())));
    entries.add(new Entry("inbox", () -> client.inbox(string()).list(null, number())));
    entries.add(new Entry("deadLetters", () -> client.deadLetters().list(null, null, number())));
    entries.add(new Entry("recipients.save", () -> client.recipients().save(recipient())));
    entries.add(new Entry("recipients.find", () -> client.recipients().find(string())));
    entries.add(
        new Entry("registerDevice", () -> client.recipients().registerDevice(string(), device())));
    entries.add(
        new Entry("optOut", () -> client.preferences().optOut(string(), channel(), string())));
    entries.add(new Entry("optIn", () -> client.preferences().optIn(string(), string())));
    entries.add(new Entry("muteTopic", () -> client.preferences().muteTopic(string(), string())));
    entries.add(new Entry("suppress", () -> client.preferences().suppress(target(), string())));
    entries.add(new Entry("forTenant", () -> client.forTenant(string())));
    entries.add(new Entry("purge", () -> client.purge(duration())));
    entries.add(new Entry("device", this::device));
    entries.add(
        new Entry("category", () -> Category.builder(string()).timeToLive(duration()).build()));
    entries.add(new Entry("rateLimit", () -> RateLimit.perRecipient(number(), duration())));
    entries.add(
        new Entry("retry", () -> RetryPolicy.exponential(duration()).maxAttempts(number())));
    entries.add(new Entry("quietHours", () -> QuietHours.between(LocalTime.NOON, LocalTime.NOON)));
    entries.add(new Entry("eventIds", () -> EventIdPolicy.SERVICE_SCOPED.check("" + string())));
    entries.add(
        new Entry(
            "email",
            () -> EmailMessage.builder().subject(string()).header(string(), string()).build()));
    entries.add(new Entry("sms", () -> SmsMessage.of(string())));
    entries.add(new Entry("inboxMessage", () -> InboxMessage.builder().title(string()).build()));
    entries.add(
        new Entry(
            "attachment", () -> Attachment.file(string(), string(), nullOr(() -> new byte[3]))));
    entries.add(new Entry("builder", this::builder));
    return entries;
  }

  private void send(NotificationClient client) {
    NotificationClient.Draft draft = client.notification(random.nextBoolean() ? "hello" : string());
    for (int i = random.nextInt(6); i > 0; i--) {
      change(draft);
    }
    draft.send();
  }

  private void change(NotificationBuilder<?> draft) {
    switch (random.nextInt(11)) {
      case 0 -> draft.eventId(string());
      case 1 -> draft.to(string());
      case 2 -> draft.with(string(), value());
      case 3 -> draft.via(channel());
      case 4 -> draft.sendAt(nullOr(this::instant));
      case 5 -> draft.timeToLive(duration());
      case 6 -> draft.category(string());
      case 7 -> draft.topic(string());
      case 8 -> draft.tenant(string());
      case 9 -> draft.to(recipient());
      default -> draft.with(dataOrNull());
    }
  }

  private Notification notification() {
    Notification.Builder builder = Notification.builder(string());
    for (int i = random.nextInt(6); i > 0; i--) {
      change(builder);
    }
    return builder.build();
  }

  private List<Notification> notifications() {
    return random.nextInt(4) == 0
        ? null
        : Arrays.asList(nullOr(this::notification), nullOr(this::notification));
  }

  private Recipient recipient() {
    return nullOr(
        () ->
            Recipient.builder(string())
                .name(string())
                .email(string())
                .phone(string())
                .locale(locale())
                .build());
  }

  private Device device() {
    return nullOr(() -> Device.builder(Platform.IOS, string()).appId(string()).build());
  }

  private Target target() {
    return nullOr(() -> Target.email(string()));
  }

  private void builder() {
    NotificationClient.Builder builder = NotificationClient.builder();
    switch (random.nextInt(8)) {
      case 0 -> builder.dedupe(duration());
      case 1 -> builder.provider(null);
      case 2 -> builder.maxInFlight(Route.SMS, number());
      case 3 -> builder.rateLimit(RateLimit.perProvider(string(), number(), duration()));
      case 4 -> builder.templates((TemplateSource) null);
      case 5 -> builder.zone(null);
      case 6 -> builder.reconcileWithin(duration());
      default -> builder.pollInterval(duration());
    }
  }

  private <T> T nullOr(java.util.function.Supplier<T> value) {
    return random.nextInt(5) == 0 ? null : value.get();
  }

  private String string() {
    return switch (random.nextInt(14)) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> "   ";
      case 3 -> "a\r\nBcc: someone@example.com";
      case 4 -> "\u0000";
      case 5 -> "x".repeat(1 + random.nextInt(5_000));
      case 6 -> "\ud83d";
      case 7 -> "../../etc/passwd";
      case 8 -> "{{#a}}{{/b}}";
      case 9 -> "\u202Eevil";
      case 10 -> "' OR 1=1 --";
      case 11 -> new String(Character.toChars(0x1F600 + random.nextInt(64)));
      case 12 -> randomText();
      default -> "user-" + random.nextInt(50);
    };
  }

  private String randomText() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      text.append((char) random.nextInt(0x10000));
    }
    return text.toString();
  }

  private Object value() {
    return switch (random.nextInt(9)) {
      case 0 -> null;
      case 1 -> Double.NaN;
      case 2 -> new Object();
      case 3 -> nested(50);
      case 4 -> Collections.singletonMap(1, "x");
      case 5 -> Collections.singletonList(null);
      case 6 -> "y".repeat(300 * 1024);
      case 7 -> random.nextLong();
      default -> string();
    };
  }

  private static Object nested(int depth) {
    Object value = "leaf";
    for (int i = 0; i < depth; i++) {
      value = List.of(value);
    }
    return value;
  }

  private Map<String, Object> dataOrNull() {
    if (random.nextInt(5) == 0) {
      return null;
    }
    Map<String, Object> data = new HashMap<>();
    data.put(string(), value());
    return data;
  }

  private Instant instant() {
    return switch (random.nextInt(4)) {
      case 0 -> Instant.MIN;
      case 1 -> Instant.MAX;
      case 2 -> Instant.EPOCH;
      default -> Instant.now().plusSeconds(random.nextInt());
    };
  }

  private Duration duration() {
    return switch (random.nextInt(5)) {
      case 0 -> null;
      case 1 -> Duration.ZERO;
      case 2 -> Duration.ofSeconds(-1);
      case 3 -> Duration.ofSeconds(Long.MAX_VALUE);
      default -> Duration.ofMillis(random.nextInt(100_000));
    };
  }

  private int number() {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Integer.MAX_VALUE;
      case 3 -> Integer.MIN_VALUE;
      default -> random.nextInt(2_000);
    };
  }

  private Channel channel() {
    return nullOr(() -> Channel.values()[random.nextInt(Channel.values().length)]);
  }

  private Locale locale() {
    return nullOr(() -> Locale.forLanguageTag(random.nextBoolean() ? "ko-KR" : "x-" + number()));
  }

  private static NotificationClient client() {
    return NotificationClient.builder()
        .provider(new SilentProvider())
        .templates(
            TemplateSource.of(Map.of("hello/sms.txt", "Hello {{name}}", "hello/inbox.title", "Hi")))
        .build();
  }

  private static final class SilentProvider implements Provider {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      return CompletableFuture.completedFuture(new Outcome.Accepted(null));
    }

    @Override
    public void close() {}
  }
}
