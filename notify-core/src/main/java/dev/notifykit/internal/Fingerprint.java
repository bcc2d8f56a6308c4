package dev.notifykit.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Short stable names for things that must not be written down: device tokens, addresses, numbers.
 */
public final class Fingerprint {
  private static final int BYTES = 12;

  private Fingerprint() {}

  /**
   * Returns 24 hexadecimal digits of a SHA-256 over kind and value.
   *
   * @param kind what the value is, so that equal values of different kinds differ
   * @param value the value
   */
  public static String of(String kind, String value) {
    MessageDigest digest = sha256();
    digest.update(kind.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    byte[] hash = digest.digest(value.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  /** Returns a new SHA-256 digest, which every Java platform must have. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
