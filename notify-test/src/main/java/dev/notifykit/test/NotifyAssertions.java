package dev.notifykit.test;

import dev.notifykit.provider.SendRequest;
import java.util.List;

/**
 * The entry to the assertions about what was sent:
 *
 * <pre>{@code
 * assertThat(email).hasEmail().to("ann@example.com").withSubject("Your order A-1001");
 * assertThat(sms).hasNothing();
 * }</pre>
 *
 * <p>Every step narrows down what is meant, and fails when nothing is left, telling what there was
 * instead. Failures show addresses and content, which belongs in a test's output and nowhere else.
 */
public final class NotifyAssertions {
  private NotifyAssertions() {}

  /**
   * Starts assertions about what a provider was asked to send, once nothing is at work: a provider
   * of {@link TestNotifications} waits as {@link TestNotifications#awaitIdle} does, another as it
   * was told by {@link RecordingProvider#whenSettled}.
   *
   * @param provider the provider
   */
  public static SentAssert assertThat(RecordingProvider provider) {
    return provider.settled();
  }

  /**
   * Starts assertions about requests.
   *
   * @param sent the requests, as {@link RecordingProvider#sent} returns them
   */
  public static SentAssert assertThat(List<SendRequest> sent) {
    return new SentAssert(sent, List::of);
  }

  /**
   * Starts assertions about all that was sent, over all channels, once nothing is at work.
   *
   * @param notifications the fixture
   */
  public static SentAssert assertThat(TestNotifications notifications) {
    notifications.awaitIdle();
    return new SentAssert(notifications.sent(), notifications::unsent);
  }
}
