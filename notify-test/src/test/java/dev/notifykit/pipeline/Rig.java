package dev.notifykit.pipeline;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.ManualScheduler;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A client with every channel recorded, whose time stands still until a test moves it. */
final class Rig implements AutoCloseable {
  static final Map<String, String> TEMPLATES =
      Map.of(
          "hello/email.subject", "Hello {{name}}",
          "hello/email.html", "<p>Hello {{name}}</p>",
          "hello/email.txt", "Hello {{name}}",
          "hello/ko/email.subject", "안녕하세요 {{name}}",
          "hello/ko/email.txt", "안녕하세요 {{name}}",
          "hello/sms.txt", "Hello {{name}}",
          "hello/push.title", "Hello",
          "hello/push.body", "Hello {{name}}",
          "hello/inbox.title", "Hello {{name}}");

  final SettableClock clock = new SettableClock();
  final ManualScheduler scheduler = new ManualScheduler(clock);
  final RecordingProvider email;
  final RecordingProvider sms;
  final RecordingProvider push;
  final List<NotificationEvent> events = new CopyOnWriteArrayList<>();
  final NotificationClient client;

  private Rig(UnaryOperator<NotificationClient.Builder> options) {
    email = recorder(Channel.EMAIL);
    sms = recorder(Channel.SMS);
    push = recorder(Channel.PUSH);
    client =
        options
            .apply(
                NotificationClient.builder()
                    .clock(clock)
                    .scheduler(scheduler)
                    .templates(TemplateSource.of(TEMPLATES))
                    .listener(events::add)
                    .provider(email)
                    .provider(sms)
                    .provider(push))
            .build();
    scheduler.whenSettled(this::settle);
  }

  static Rig open() {
    return open(builder -> builder);
  }

  static Rig open(UnaryOperator<NotificationClient.Builder> options) {
    return new Rig(options);
  }

  private RecordingProvider recorder(Channel channel) {
    return RecordingProvider.builder(channel).scheduler(scheduler).build();
  }

  /** Waits until nothing is at work but what waits for time or for an answer. */
  void settle() {
    Await.until("the pipeline settles", client::isIdle);
  }

  void pass(Duration time) {
    scheduler.advance(time);
  }

  /** Sends and waits until nothing more happens without time passing. */
  List<Delivery> sent(NotificationClient.Draft draft) {
    Receipt receipt = draft.send();
    settle();
    return client.deliveries(receipt.notificationId());
  }

  Delivery only(Receipt receipt) {
    List<Delivery> deliveries = client.deliveries(receipt.notificationId());
    if (deliveries.size() != 1) {
      throw new AssertionError("not one delivery but " + deliveries);
    }
    return deliveries.get(0);
  }

  <E extends NotificationEvent> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void close() {
    client.close(Duration.ofSeconds(5));
  }
}
