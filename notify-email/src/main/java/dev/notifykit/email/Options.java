package dev.notifykit.email;

import dev.notifykit.ConfigurationException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of builder options: each refusal names the option, and the value unless it is secret. */
final class Options {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\\[?[0-9A-Fa-f:.]+(?:%\\w+)?]?");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:.*\\.)?localhost|127(?:\\.\\d{1,3}){3}|\\[?(?:::1|0:0:0:0:0:0:0:1)]?");

  private Options() {}

  static <T> T required(String option, @Nullable T value) {
    if (value == null) {
      throw new ConfigurationException(option + " is missing: set it");
    }
    return value;
  }

  static void name(String option, @Nullable String value) {
    if (!NAME.matcher(required(option, value)).matches()) {
      throw new ConfigurationException(
          option + " must be 1 to 64 letters, digits, dots, hyphens and underscores");
    }
  }

  static String host(String option, @Nullable String value) {
    String host = required(option, value);
    if (!HOST.matcher(host).matches()) {
      throw new ConfigurationException(
          option + " is neither a domain nor an IP address: " + printable(host));
    }
    return host;
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /** A key, token or password: shown nowhere, so only its presence and characters are checked. */
  static String secret(String option, @Nullable String value) {
    String secret = required(option, value);
    if (secret.isEmpty() || secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new ConfigurationException(
          option + " has blanks or characters other than ASCII; was a line break copied along?");
    }
    return secret;
  }

  static void range(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ConfigurationException(
          option + " is " + value + "; it must be from " + min + " to " + max);
    }
  }

  static void duration(String option, @Nullable Duration value) {
    Duration duration = required(option, value);
    if (duration.toMillis() < 1 || duration.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          option + " is " + duration + "; it must be from 1 millisecond to " + LONGEST);
    }
  }

  static Mailbox mailbox(String option, @Nullable String value) {
    String text = required(option, value);
    try {
      return Mailbox.parse(text, option);
    } catch (UnsendableException e) {
      throw new ConfigurationException(
          option + " is not like shop@example.com or Shop <shop@example.com>: " + printable(text),
          e);
    }
  }

  private static String printable(String value) {
    return value.replaceAll("\\p{Cntrl}", "?");
  }
}
