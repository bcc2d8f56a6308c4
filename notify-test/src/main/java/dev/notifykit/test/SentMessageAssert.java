package dev.notifykit.test;

import dev.notifykit.Channel;
import dev.notifykit.Priority;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.SendRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the messages of one channel. Each step keeps those that fit and fails when none
 * is left; {@link #once} and {@link #times} say how many must be left. Not thread-safe.
 */
public final class SentMessageAssert extends AbstractAssert<SentMessageAssert, List<SendRequest>> {
  private final String channel;
  private final List<String> asked = new ArrayList<>();
  private List<SendRequest> left;

  SentMessageAssert(
      Channel channel, List<SendRequest> sent, Supplier<List<String>> unsent, String description) {
    super(sent, SentMessageAssert.class);
    as("%s", description);
    this.channel = channel.name().toLowerCase(Locale.ROOT);
    this.left = sent.stream().filter(r -> r.message().channel() == channel).toList();
    if (left.isEmpty()) {
      throw failure(
          "Expected %s, but what was sent is:%n%s%s",
          this.channel, Sent.list(sent), Sent.others(unsent.get()));
    }
  }

  /**
   * Keeps what went to an address: an email address, phone number or device token.
   *
   * @param address the address
   */
  public SentMessageAssert to(String address) {
    return keep("to " + address, r -> r.target().address().equals(address));
  }

  /**
   * Keeps what went to a recipient.
   *
   * @param recipientId the application's id of them
   */
  public SentMessageAssert toRecipient(String recipientId) {
    return keep("to recipient " + recipientId, r -> r.recipientId().equals(recipientId));
  }

  /**
   * Keeps mails with this subject.
   *
   * @param subject the whole subject
   */
  public SentMessageAssert withSubject(String subject) {
    return withTitle(subject);
  }

  /**
   * Keeps pushes and inbox entries with this title, and mails with this subject.
   *
   * @param title the whole title
   */
  public SentMessageAssert withTitle(String title) {
    return keep("titled \"" + title + '"', r -> title.equals(Sent.title(r.message())));
  }

  /**
   * Keeps what says exactly this: the text, or for a mail its text or HTML part.
   *
   * @param text the whole text
   */
  public SentMessageAssert withText(String text) {
    return keep("saying \"" + text + '"', r -> Sent.bodies(r.message()).contains(text));
  }

  /**
   * Keeps what has this somewhere in its text, or for a mail in its text or HTML part.
   *
   * @param part a part of the text
   */
  public SentMessageAssert containing(String part) {
    return keep(
        "containing \"" + part + '"',
        r -> Sent.bodies(r.message()).stream().anyMatch(body -> body.contains(part)));
  }

  /**
   * Keeps mails with this header.
   *
   * @param name the name, in any case
   * @param value the whole value
   */
  public SentMessageAssert withHeader(String name, String value) {
    return keep(
        "with header " + name + ": " + value,
        r ->
            r.message() instanceof EmailMessage email
                && email.headers().entrySet().stream()
                    .anyMatch(
                        e -> e.getKey().equalsIgnoreCase(name) && e.getValue().equals(value)));
  }

  /**
   * Keeps mails with an attachment of this name.
   *
   * @param fileName the file's name
   */
  public SentMessageAssert withAttachment(String fileName) {
    return keep(
        "with attachment " + fileName,
        r ->
            r.message() instanceof EmailMessage email
                && email.attachments().stream().anyMatch(a -> a.fileName().equals(fileName)));
  }

  /**
   * Keeps pushes with this value for the app.
   *
   * @param name the name
   * @param value the value
   */
  public SentMessageAssert withData(String name, String value) {
    return keep(
        "with data " + name + "=" + value,
        r ->
            r.message() instanceof PushMessage push
                && Objects.equals(push.data().get(name), value));
  }

  /**
   * Keeps what belongs to a category.
   *
   * @param category its name
   */
  public SentMessageAssert inCategory(String category) {
    return keep("in category " + category, r -> r.category().equals(category));
  }

  /**
   * Keeps what has a priority.
   *
   * @param priority the priority
   */
  public SentMessageAssert withPriority(Priority priority) {
    return keep("with priority " + priority, r -> r.priority() == priority);
  }

  /**
   * Keeps the sends of one attempt.
   *
   * @param attempt the attempt, from 1
   */
  public SentMessageAssert onAttempt(int attempt) {
    return keep("on attempt " + attempt, r -> r.attempt() == attempt);
  }

  /**
   * Keeps what fits a condition of your own.
   *
   * @param what how a failure calls it
   * @param condition the condition
   */
  public SentMessageAssert matching(String what, Predicate<SendRequest> condition) {
    return keep(what, condition);
  }

  /** Fails unless exactly one is left. */
  public SentMessageAssert once() {
    return times(1);
  }

  /**
   * Fails unless exactly so many are left.
   *
   * @param count how many
   */
  public SentMessageAssert times(int count) {
    if (left.size() != count) {
      throw failure(
          "Expected %s %s, but there are %s:%n%s",
          count, described(), left.size(), Sent.list(left));
    }
    return this;
  }

  private SentMessageAssert keep(String what, Predicate<SendRequest> condition) {
    List<SendRequest> before = left;
    left = before.stream().filter(condition).toList();
    asked.add(what);
    if (left.isEmpty()) {
      throw failure("Expected %s, but what comes nearest is:%n%s", described(), Sent.list(before));
    }
    return this;
  }

  private String described() {
    return asked.isEmpty() ? channel : channel + " " + String.join(" ", asked);
  }

  /** Returns what is left. */
  public List<SendRequest> requests() {
    return left;
  }
}
