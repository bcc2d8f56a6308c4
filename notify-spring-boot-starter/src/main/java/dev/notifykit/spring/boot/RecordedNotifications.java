package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;

/** What a test's application would have sent; see {@link RecordNotifications}. Thread-safe. */
public final class RecordedNotifications {
  private final RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
  private final RecordingProvider sms = RecordingProvider.of(Channel.SMS);
  private final RecordingProvider push = RecordingProvider.of(Channel.PUSH);
  private final ObjectProvider<NotificationClient> client;

  RecordedNotifications(ObjectProvider<NotificationClient> client) {
    this.client = client;
  }

  List<Provider> providers() {
    return List.of(email, sms, push);
  }

  /** Returns what takes mails, to be asked what it got or told what to answer. */
  public RecordingProvider email() {
    return email;
  }

  /** Returns what takes text messages. */
  public RecordingProvider sms() {
    return sms;
  }

  /** Returns what takes pushes. */
  public RecordingProvider push() {
    return push;
  }

  /** Returns everything that was sent, by channel. */
  public List<SendRequest> sent() {
    return Stream.of(email, sms, push).flatMap(p -> p.sent().stream()).toList();
  }

  /**
   * Waits until nothing is due, in flight or unwritten; what waits for its time or for a retry is
   * not waited for.
   *
   * @throws AssertionError if that takes longer than {@link Await} has patience
   */
  public void awaitIdle() {
    NotificationClient running = client.getObject();
    Await.until(
        "nothing is due or in flight",
        () ->
            running.stats().routes().values().stream()
                    .allMatch(r -> r.ready() == 0 && r.inFlight() == 0)
                && running.isIdle());
  }

  void reset() {
    Stream.of(email, sms, push).forEach(RecordingProvider::reset);
  }
}
