package dev.notifykit.example.quickstart;

import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt.Status;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.Stats;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down what happens, for people. */
final class Report {
  /** The headers worth a look, in the order they are shown. */
  private static final List<String> HEADERS =
      List.of("Date", "From", "To", "Subject", "Message-ID", "Content-Type");

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void title(String format, Object... values) {
    String text = String.format(Locale.ENGLISH, format, values);
    out.println();
    out.println(text);
    out.println("-".repeat(text.length()));
  }

  void line(String format, Object... values) {
    out.println(String.format(Locale.ENGLISH, format, values));
  }

  /** Prints one line about the queue as it is now. */
  void progress(NotificationClient client, Duration since) {
    Stats stats = client.stats();
    RouteStats email = stats.route(Route.EMAIL);
    long sent = stats.providers().stream().mapToLong(provider -> provider.accepted()).sum();
    line(
        "%5.1f s   sent %,5d   queued %,5d   in flight %2d   waiting for their time %3d",
        since.toMillis() / 1e3, sent, email.ready(), email.inFlight(), email.scheduled());
  }

  /** Prints how the orders were taken. */
  void receipts(Evening evening) {
    row("accepted", evening.count(Status.ACCEPTED), "");
    row("repeated", evening.count(Status.DUPLICATE), "same event, same content: sent once");
    row("conflicting", evening.count(Status.CONFLICT), "same event, other content: not sent");
    row("refused", evening.refused().size(), "");
    evening.refused().stream().distinct().forEach(why -> line("    %s", why));
  }

  /** Prints how the orders were taken and what became of them. */
  void table(Evening evening) {
    receipts(evening);
    out.println();
    counts("sent", evening.providers());
    counts("suppressed", evening.reasons(DeliveryState.SUPPRESSED));
    row("retried", evening.retried(), "");
    counts("dead", evening.reasons(DeliveryState.DEAD));
    line(
        "  %-14s %,7.0f   at full speed: the first nine out of ten",
        "per second", evening.perSecond());
    line(
        "  %-14s %7.1f   seconds, the wait for retries and reminders included",
        "took", took(evening));
  }

  private static double took(Evening evening) {
    return Duration.between(evening.start(), evening.end()).toMillis() / 1e3;
  }

  private void counts(String what, Map<String, Long> counts) {
    row(what, counts.values().stream().mapToLong(Long::longValue).sum(), "");
    counts.forEach((of, count) -> line("    %-16s %,5d", of, count));
  }

  private void row(String what, long count, String remark) {
    line("  %-14s %,7d%s", what, count, remark.isEmpty() ? "" : "   " + remark);
  }

  /** Prints a mail as its receiver reads it: headers decoded, the plain text part. */
  void mail(ReceivedMail mail) {
    for (String name : HEADERS) {
      mail.header(name).ifPresent(value -> line("%s: %s", name, value.replaceAll("\\s+", " ")));
    }
    out.println();
    out.println(mail.text().orElse("(no plain text)").replace("\r\n", "\n").stripTrailing());
  }
}
