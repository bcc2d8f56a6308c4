package dev.notifykit.email;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The full check of an email address: the syntax of RFC 5322 as Jakarta Mail reads it, and the
 * limits of RFC 5321 and RFC 5890. The providers apply it before anything goes on the wire.
 *
 * <p>Stricter than the RFCs where they allow what no mailbox of a person uses: comments, address
 * literals ({@code ann@[192.0.2.1]}) and domains without a dot other than {@code localhost}.
 *
 * <p>Stateless and thread-safe.
 */
public final class EmailAddresses {
  /** Longest part before the at sign, in octets of UTF-8 (RFC 5321, section 4.5.3.1.1). */
  public static final int MAX_LOCAL = 64;

  /** Longest address, in octets: a path of 256 less its angle brackets (RFC 5321, erratum 1690). */
  public static final int MAX_TOTAL = 254;

  private static final int MAX_DOMAIN = 253;

  private static final Pattern DOMAIN =
      Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*");

  /**
   * The characters of which the JDK's {@code IDN}, by the rules of 2003, makes another domain than
   * today's registries do (RFC 5894, section 7.2): the mail would go to a stranger.
   */
  private static final Pattern DEVIATING = Pattern.compile("[ßς\\u200C\\u200D]");

  private EmailAddresses() {}

  /**
   * Returns whether mail can be addressed to this: {@code ann@example.com}, {@code
   * o'neil+news@bücher.example} or {@code 안녕@example.kr}, but not {@code Ann <ann@example.com>},
   * {@code ann@} or {@code ann..b@example.com}.
   *
   * @param address an address alone, without a display name
   */
  public static boolean isValid(String address) {
    return problem(address).isEmpty();
  }

  /**
   * Returns what is wrong with the address in a few words that do not repeat it, or empty if
   * nothing is.
   *
   * @param address an address alone, without a display name
   */
  public static Optional<String> problem(String address) {
    return Optional.ofNullable(problemOf(address));
  }

  private static @Nullable String problemOf(String address) {
    int at = address.lastIndexOf('@');
    if (at < 1 || at == address.length() - 1) {
      return "is no local@domain";
    }
    if (Texts.hasControls(address) || Texts.hasBidiControls(address)) {
      return "has control characters";
    }
    if (octets(address.substring(0, at)) > MAX_LOCAL) {
      return "has more than " + MAX_LOCAL + " octets before the at sign";
    }
    if (DEVIATING.matcher(address).find(at)) {
      return "has a domain that must be written as A-labels (xn--)";
    }
    String ascii = asciiDomain(address.substring(at + 1));
    if (ascii == null) {
      return "has a malformed domain";
    }
    if (octets(address.substring(0, at + 1)) + ascii.length() > MAX_TOTAL) {
      return "has more than " + MAX_TOTAL + " octets";
    }
    return parses(address.substring(0, at + 1) + ascii) ? null : "is malformed";
  }

  private static boolean parses(String address) {
    try {
      // Equal only if nothing was a comment, a name or folding white space.
      return new InternetAddress(address, /* strict= */ true).getAddress().equals(address);
    } catch (AddressException e) {
      return false;
    }
  }

  private static @Nullable String asciiDomain(String domain) {
    try {
      String ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
      // Its length first: the pattern takes stack for each label.
      boolean known =
          ascii.length() <= MAX_DOMAIN
              && (ascii.equalsIgnoreCase("localhost") || DOMAIN.matcher(ascii).matches());
      return known ? ascii : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns a valid address with its domain as A-labels (RFC 5890), as the wire wants it. */
  static String toWire(String address) {
    int at = address.lastIndexOf('@') + 1;
    return address.substring(0, at) + IDN.toASCII(address.substring(at), IDN.USE_STD3_ASCII_RULES);
  }

  private static int octets(String s) {
    return s.getBytes(StandardCharsets.UTF_8).length;
  }
}
