package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuietHoursTest {

  @ParameterizedTest(name = "{0} to {1} at {2}: {3}")
  @CsvSource({
    // overnight
    "22:00, 07:00, 2026-03-10T21:59:59Z, -",
    "22:00, 07:00, 2026-03-10T22:00:00Z, 2026-03-11T07:00:00Z",
    "22:00, 07:00, 2026-03-10T23:59:59.999Z, 2026-03-11T07:00:00Z",
    "22:00, 07:00, 2026-03-11T00:00:00Z, 2026-03-11T07:00:00Z",
    "22:00, 07:00, 2026-03-11T06:59:59.999999999Z, 2026-03-11T07:00:00Z",
    "22:00, 07:00, 2026-03-11T07:00:00Z, -",
    "22:00, 07:00, 2026-12-31T23:30:00Z, 2027-01-01T07:00:00Z",
    // within a day
    "13:00, 14:30, 2026-03-10T12:59:59Z, -",
    "13:00, 14:30, 2026-03-10T13:00:00Z, 2026-03-10T14:30:00Z",
    "13:00, 14:30, 2026-03-10T14:30:00Z, -",
    // around midnight
    "00:00, 06:00, 2026-03-10T00:00:00Z, 2026-03-10T06:00:00Z",
    "20:00, 00:00, 2026-03-10T23:00:00Z, 2026-03-11T00:00:00Z",
    "20:00, 00:00, 2026-03-10T00:00:00Z, -"
  })
  void momentIsQuietUntilTheEndOfItsSpan(
      LocalTime from, LocalTime to, Instant now, String expected) {
    assertEnd(QuietHours.between(from, to), now, ZoneId.of("UTC"), expected);
  }

  @ParameterizedTest(name = "{0} to {1} at {2} in {3}: {4}")
  @CsvSource({
    // The end is skipped: it moves to the first instant that exists after it.
    "22:00, 02:30, 2026-03-29T01:30:00+01:00, Europe/Berlin, 2026-03-29T03:00:00+02:00",
    "22:00, 02:00, 2026-03-29T01:30:00+01:00, Europe/Berlin, 2026-03-29T03:00:00+02:00",
    "22:00, 03:00, 2026-03-29T01:30:00+01:00, Europe/Berlin, 2026-03-29T03:00:00+02:00",
    "22:00, 02:30, 2026-03-29T03:00:00+02:00, Europe/Berlin, -",
    "22:00, 02:30, 2026-03-08T01:59:59-05:00, America/New_York, 2026-03-08T03:00:00-04:00",
    // Lord Howe moves by half an hour.
    "22:00, 02:15, 2026-10-04T01:00:00+10:30, Australia/Lord_Howe, 2026-10-04T02:30:00+11:00",
    // Cairo skips the hour after midnight, so the day starts at one.
    "20:00, 00:00, 2026-04-23T22:00:00+02:00, Africa/Cairo, 2026-04-24T01:00:00+03:00",
    // Samoa skipped all of 30 December 2011.
    "22:00, 07:00, 2011-12-29T23:00:00-10:00, Pacific/Apia, 2011-12-31T00:00:00+14:00",
    // The night is an hour shorter, or longer; the end is what the wall clock says.
    "22:00, 07:00, 2026-03-28T23:00:00+01:00, Europe/Berlin, 2026-03-29T07:00:00+02:00",
    "22:00, 07:00, 2026-10-24T23:00:00+02:00, Europe/Berlin, 2026-10-25T07:00:00+01:00",
    // The end happens twice: the first counts.
    "22:00, 02:30, 2026-10-25T01:00:00+02:00, Europe/Berlin, 2026-10-25T02:30:00+02:00",
    "22:00, 01:30, 2026-11-01T00:30:00-04:00, America/New_York, 2026-11-01T01:30:00-04:00",
    // Once the first is past, the clock shows quiet time again, which ends at the second.
    "22:00, 02:30, 2026-10-25T02:10:00+01:00, Europe/Berlin, 2026-10-25T02:30:00+01:00",
    "22:00, 02:30, 2026-10-25T02:40:00+02:00, Europe/Berlin, -",
    // Odd offsets.
    "22:00, 07:00, 2026-06-01T23:00:00+12:45, Pacific/Chatham, 2026-06-02T07:00:00+12:45",
    "22:00, 07:00, 2026-06-01T23:00:00+05:45, Asia/Kathmandu, 2026-06-02T07:00:00+05:45"
  })
  void clockChangesAreReadInTheRecipientsZone(
      LocalTime from, LocalTime to, OffsetDateTime now, ZoneId zone, String expected) {
    assertEnd(QuietHours.between(from, to), now.toInstant(), zone, expected);
  }

  private static void assertEnd(QuietHours hours, Instant now, ZoneId zone, String expected) {
    if (expected.equals("-")) {
      assertThat(hours.endAfter(now, zone)).isEmpty();
    } else {
      assertThat(hours.endAfter(now, zone)).contains(OffsetDateTime.parse(expected).toInstant());
    }
  }

  /** Whatever the zone and the moment: an end lies ahead, within two days and a bit. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Apia",
        "Africa/Cairo",
        "America/Havana",
        "Asia/Seoul",
        "Africa/Casablanca"
      })
  void endIsAlwaysAheadAndSoon(String zoneId) {
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    Random random = new Random(seed);
    ZoneId zone = ZoneId.of(zoneId);
    long from = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();
    long span = Instant.parse("2035-01-01T00:00:00Z").getEpochSecond() - from;
    for (int i = 0; i < 20_000; i++) {
      QuietHours hours =
          QuietHours.between(
              LocalTime.of(random.nextInt(12), random.nextInt(60)),
              LocalTime.of(12 + random.nextInt(12), random.nextInt(60)));
      hours = random.nextBoolean() ? hours : QuietHours.between(hours.to(), hours.from());
      Instant now = Instant.ofEpochSecond(from + (long) (random.nextDouble() * span));
      hours
          .endAfter(now, zone)
          .ifPresent(
              end ->
                  assertThat(end)
                      .as("seed %d", seed)
                      .isAfter(now)
                      .isBeforeOrEqualTo(now.plusSeconds(49 * 3_600)));
    }
  }

  @Test
  void emptySpanIsRefused() {
    LocalTime noon = LocalTime.NOON;
    assertThatThrownBy(() -> QuietHours.between(noon, noon))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("12:00");
  }
}
