package dev.notifykit.test;

import dev.notifykit.Delivery;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.SendRequest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of a message the assertions ask about and show, whatever its channel. */
final class Sent {
  private static final int SHOWN = 20;

  private Sent() {}

  static @Nullable String title(Message message) {
    if (message instanceof EmailMessage email) {
      return email.subject();
    } else if (message instanceof PushMessage push) {
      return push.title().orElse(null);
    } else if (message instanceof InboxMessage inbox) {
      return inbox.title();
    }
    return null;
  }

  /** All the texts a reader may see below the title. */
  static List<String> bodies(Message message) {
    if (message instanceof EmailMessage email) {
      return Stream.concat(email.text().stream(), email.html().stream()).toList();
    } else if (message instanceof PushMessage push) {
      return push.body().stream().toList();
    } else if (message instanceof InboxMessage inbox) {
      return inbox.body().stream().toList();
    }
    return List.of(((SmsMessage) message).text());
  }

  static String list(List<SendRequest> requests) {
    String shown = requests.stream().limit(SHOWN).map(Sent::show).collect(Collectors.joining());
    int more = requests.size() - SHOWN;
    return requests.isEmpty()
        ? "  (nothing)"
        : more > 0 ? shown + "  and " + more + " more" : shown;
  }

  /** What was not sent, for whoever wonders why. */
  static String others(List<String> unsent) {
    return unsent.isEmpty()
        ? ""
        : "%nand what was not sent is:%n".formatted()
            + unsent.stream().limit(SHOWN).map("  %s%n"::formatted).collect(Collectors.joining());
  }

  static String show(Delivery delivery) {
    return "%s to %s: %s%s%s"
        .formatted(
            delivery.channel(),
            delivery.recipientId(),
            delivery.state(),
            delivery.reason() == null ? "" : ", " + delivery.reason(),
            delivery.dueAt() == null ? "" : ", due " + delivery.dueAt());
  }

  private static String show(SendRequest request) {
    String title = title(request.message());
    return "  %s to %s <%s>, attempt %s%s: %s%n"
        .formatted(
            request.message().channel(),
            request.recipientId(),
            request.target().address(),
            request.attempt(),
            title == null ? "" : ", \"" + title + "\"",
            bodies(request.message()));
  }
}
