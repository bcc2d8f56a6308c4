package dev.notifykit.policy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * A daily span, in the recipient's own zone, in which nothing but mandatory categories is sent;
 * what falls into it waits for its end. A span that ends before it starts runs over midnight.
 *
 * @param from the first quiet moment
 * @param to the first moment that is not quiet any more
 */
public record QuietHours(LocalTime from, LocalTime to) {
  /**
   * Creates the span.
   *
   * @throws ConfigurationException if it is empty or a time is null
   */
  public QuietHours {
    Options.notNull("quietHours.from", from);
    Options.notNull("quietHours.to", to);
    if (from.equals(to)) {
      throw new ConfigurationException("quiet hours start and end at " + from + "; they are empty");
    }
  }

  /** Returns quiet hours between two times of day. */
  public static QuietHours between(LocalTime from, LocalTime to) {
    return new QuietHours(from, to);
  }

  /**
   * Returns when a moment's quiet span ends, or empty if the moment is not quiet. An end that a
   * clock change skips moves to the next valid instant; one that happens twice is the first.
   *
   * @param now the moment
   * @param zone the recipient's zone
   */
  public Optional<Instant> endAfter(Instant now, ZoneId zone) {
    ZonedDateTime local = now.atZone(zone);
    LocalTime time = local.toLocalTime();
    boolean overnight = to.isBefore(from);
    boolean quiet =
        overnight
            ? !time.isBefore(from) || time.isBefore(to)
            : !time.isBefore(from) && time.isBefore(to);
    if (!quiet) {
      return Optional.empty();
    }
    boolean endsTomorrow = overnight && !time.isBefore(from);
    return Optional.of(endOn(local.toLocalDate().plusDays(endsTomorrow ? 1 : 0), now, zone));
  }

  private Instant endOn(LocalDate day, Instant now, ZoneId zone) {
    LocalDateTime end = day.atTime(to);
    ZoneOffsetTransition change = zone.getRules().getTransition(end);
    if (change != null && change.isGap()) {
      return change.getInstant();
    }
    Instant first = end.atZone(zone).toInstant();
    // In an overlap the earlier offset may already be past; the later one then ends the span.
    return first.isAfter(now) ? first : end.atZone(zone).withLaterOffsetAtOverlap().toInstant();
  }
}
