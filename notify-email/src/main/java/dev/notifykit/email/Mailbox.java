package dev.notifykit.email;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A checked address with its display name.
 *
 * @param address as the wire wants it: the domain in A-labels
 * @param name the display name, or null
 */
record Mailbox(String address, @Nullable String name) {
  /**
   * Reads {@code shop@example.com} or {@code Shop <shop@example.com>}.
   *
   * @throws UnsendableException with this code, if it is malformed
   */
  static Mailbox parse(String text, String code) throws UnsendableException {
    if (Texts.hasControls(text)) {
      throw UnsendableException.rejected(code);
    }
    try {
      InternetAddress[] parsed = InternetAddress.parse(text, /* strict= */ true);
      if (parsed.length == 1 && parsed[0].getAddress() != null) {
        return of(parsed[0].getAddress(), parsed[0].getPersonal(), code);
      }
    } catch (AddressException e) {
      // Its message repeats the address, so it is dropped and the code says what was read.
    }
    throw UnsendableException.rejected(code);
  }

  private static Mailbox of(String address, @Nullable String name, String code)
      throws UnsendableException {
    if (!EmailAddresses.isValid(address) || (name != null && !Texts.isHonestName(name, address))) {
      throw UnsendableException.rejected(code);
    }
    return new Mailbox(
        EmailAddresses.toWire(address), name == null || name.isBlank() ? null : name);
  }

  /** Returns whether only a server with SMTPUTF8 (RFC 6531) can take it. */
  boolean needsUtf8() {
    return !Texts.isAscii(address);
  }

  String domain() {
    return address.substring(address.lastIndexOf('@') + 1);
  }

  InternetAddress toInternetAddress() {
    InternetAddress result = new InternetAddress();
    result.setAddress(address);
    try {
      result.setPersonal(name, StandardCharsets.UTF_8.name());
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("this Java runtime lacks UTF-8", e);
    }
    return result;
  }

  /** Shows neither address nor name. */
  @Override
  public String toString() {
    return "Mailbox[]";
  }
}
