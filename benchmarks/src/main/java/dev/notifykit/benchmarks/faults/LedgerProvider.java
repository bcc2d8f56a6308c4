package dev.notifykit.benchmarks.faults;

import dev.notifykit.Channel;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A provider whose service is the parent: each send is a line in the ledger there. */
final class LedgerProvider implements Provider {
  private final Channel channel;
  private final Duration timeout;
  private final int maxInFlight;
  private final Link link;
  private final Steps steps;
  private final AtomicLong calls = new AtomicLong();
  private final Map<Long, CompletableFuture<Outcome>> open = new ConcurrentHashMap<>();

  LedgerProvider(Channel channel, Duration timeout, int maxInFlight, Link link, Steps steps) {
    this.channel = channel;
    this.timeout = timeout;
    this.maxInFlight = maxInFlight;
    this.link = link;
    this.steps = steps;
  }

  @Override
  public String name() {
    return channel.name();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public int maxInFlight() {
    return maxInFlight;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    steps.at("send:before");
    long call = calls.incrementAndGet();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    open.put(call, outcome);
    link.say(
        "CALL",
        name(),
        call,
        event(request.message()),
        request.deliveryId(),
        request.attempt(),
        steps.claimBegan(request.deliveryId()),
        System.nanoTime());
    return outcome;
  }

  private static String event(Message message) {
    return message instanceof EmailMessage email ? email.subject() : ((SmsMessage) message).text();
  }

  /** The service answered: {@code ANSWER provider call outcome id}. */
  void answer(String[] words) {
    steps.at("send:after");
    @Nullable CompletableFuture<Outcome> outcome = open.remove(Long.valueOf(words[2]));
    if (outcome != null) {
      outcome.complete(
          words[3].equals("accepted")
              ? new Outcome.Accepted(words[4])
              : new Outcome.Retryable(words[3]));
    }
  }

  @Override
  public void close() {}
}
