package dev.notifykit.test;

import dev.notifykit.Channel;
import dev.notifykit.provider.SendRequest;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what was sent. Not thread-safe. */
public final class SentAssert extends AbstractAssert<SentAssert, List<SendRequest>> {
  private final Supplier<List<String>> unsent;

  SentAssert(List<SendRequest> sent, Supplier<List<String>> unsent) {
    super(List.copyOf(sent), SentAssert.class);
    this.unsent = unsent;
  }

  /** Starts with the mails; fails if there is none. */
  public SentMessageAssert hasEmail() {
    return has(Channel.EMAIL);
  }

  /** Starts with the text messages; fails if there is none. */
  public SentMessageAssert hasSms() {
    return has(Channel.SMS);
  }

  /** Starts with the pushes; fails if there is none. */
  public SentMessageAssert hasPush() {
    return has(Channel.PUSH);
  }

  private SentMessageAssert has(Channel channel) {
    return new SentMessageAssert(channel, actual, unsent, descriptionText());
  }

  /** Fails if anything was sent. */
  public SentAssert hasNothing() {
    if (!actual.isEmpty()) {
      throw failure("Expected that nothing was sent, but there was:%n%s", Sent.list(actual));
    }
    return this;
  }

  /**
   * Fails if anything was sent to someone.
   *
   * @param recipientId whom
   */
  public SentAssert hasNothingFor(String recipientId) {
    List<SendRequest> found =
        actual.stream().filter(r -> r.recipientId().equals(recipientId)).toList();
    if (!found.isEmpty()) {
      throw failure(
          "Expected that nothing was sent to %s, but there was:%n%s",
          recipientId, Sent.list(found));
    }
    return this;
  }

  /**
   * Fails unless exactly so many messages were sent.
   *
   * @param count how many
   */
  public SentAssert hasCount(int count) {
    if (actual.size() != count) {
      throw failure(
          "Expected that %s messages were sent, but there were %s:%n%s",
          count, actual.size(), Sent.list(actual));
    }
    return this;
  }
}
