package dev.notifykit.example.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has to come of the files, counted without the library and without the example's own code:
 * from the rows, and from a list of the addresses in them that cannot be mailed.
 */
final class Expected {
  private static final Set<String> INVALID =
      Set.of(
          "no-at-sign.example.com",
          "two@@example.com",
          "spa ce@example.com",
          "trailing.@example.com",
          ".leading@example.com",
          "double..dot@example.com",
          "missing-domain@",
          "@missing-local.test",
          "ann@-dash.test",
          "ann@under_score.test",
          "Ann <ann@example.com>",
          "ann@example..com",
          "ann@localdomain",
          "ann@[192.0.2.1]",
          "x".repeat(65) + "@example.com",
          "ann,bob@example.com",
          "ann@example.com.");

  private static final String MANY_ORDERS = "u-0007";
  private static final int LIMIT = 20;

  private final Map<String, String> optOuts = new HashMap<>();
  private final Map<String, List<String>> firstByEvent = new LinkedHashMap<>();
  private final List<String> mailed = new ArrayList<>();
  private final List<String> optedOut = new ArrayList<>();
  private final Map<String, Long> suppressed = new TreeMap<>();
  private final Map<String, Long> dead = new TreeMap<>();
  private final Set<String> busy = new HashSet<>();
  private int refused;
  private int repeated;
  private int conflicting;
  private int ofManyOrders;

  static Expected ofFiles() {
    Expected expected = new Expected();
    rows("/opt-outs.csv").forEach(row -> expected.optOuts.put(row.get(0), row.get(1)));
    rows("/orders.csv").forEach(expected::order);
    return expected;
  }

  private void order(List<String> row) {
    String eventId = row.get(0);
    String email = row.get(5);
    if (email.chars().anyMatch(Character::isISOControl)) {
      refused++;
    } else if (!firstByEvent.containsKey(eventId)) {
      firstByEvent.put(eventId, row);
      firstTime(eventId, row.get(1), row.get(3), email);
    } else if (firstByEvent.get(eventId).equals(row)) {
      repeated++;
    } else {
      conflicting++;
    }
  }

  private void firstTime(String eventId, String event, String userId, String email) {
    String choice = optOuts.getOrDefault(userId, "");
    if (email.isEmpty()) {
      suppressed.merge("NO_ADDRESS", 1L, Long::sum);
    } else if (INVALID.contains(email)) {
      suppressed.merge("INVALID_TARGET", 1L, Long::sum);
    } else if (choice.equals("everything")) {
      optedOut(eventId, "OPTED_OUT");
    } else if (choice.equals("email")) {
      optedOut(eventId, "CHANNEL_OFF");
    } else if (choice.equals("reminders") && event.equals("reminder")) {
      optedOut(eventId, "CATEGORY_OFF");
    } else if (userId.equals(MANY_ORDERS) && ++ofManyOrders > LIMIT) {
      suppressed.merge("RATE_LIMITED", 1L, Long::sum);
    } else {
      atTheServer(eventId, email);
    }
  }

  private void optedOut(String eventId, String reason) {
    optedOut.add(eventId);
    suppressed.merge(reason, 1L, Long::sum);
  }

  private void atTheServer(String eventId, String email) {
    if (email.endsWith("@gone.test")) {
      suppressed.merge("INVALID_TARGET", 1L, Long::sum);
    } else if (email.endsWith("@refusing.test")) {
      dead.merge("REJECTED", 1L, Long::sum);
    } else {
      mailed.add(eventId);
      if (email.endsWith("@busy.test")) {
        busy.add(email);
      }
    }
  }

  List<String> mailed() {
    return mailed;
  }

  List<String> optedOut() {
    return optedOut;
  }

  int events() {
    return firstByEvent.size();
  }

  int repeated() {
    return repeated;
  }

  int conflicting() {
    return conflicting;
  }

  int refused() {
    return refused;
  }

  /** The servers want each busy mailbox tried twice, whatever is for it. */
  long retried() {
    return busy.size();
  }

  Map<String, Long> suppressed() {
    return suppressed;
  }

  Map<String, Long> dead() {
    return dead;
  }

  /** Returns the address as SMTP carries it: the domain in ASCII. */
  String addressOf(String eventId) {
    return firstByEvent.get(eventId).get(5).replace("@bücher.test", "@xn--bcher-kva.test");
  }

  String localeOf(String eventId) {
    return firstByEvent.get(eventId).get(6);
  }

  /** Reads CSV by hand: quotes, doubled quotes, line breaks within quotes. */
  private static List<List<String>> rows(String name) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (char c : text(name).toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
        if (quoted && !field.isEmpty()) {
          field.append(c); // the second of two: the quotes go on
        }
      } else if (quoted || (c != ',' && c != '\n')) {
        field.append(c);
      } else {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      }
    }
    return rows.subList(1, rows.size());
  }

  private static String text(String name) {
    try (InputStream in = Expected.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
