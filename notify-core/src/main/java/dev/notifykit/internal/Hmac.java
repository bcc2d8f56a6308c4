package dev.notifykit.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed hashes, and their comparison in a time that tells nothing about where they differ. */
public final class Hmac {
  private Hmac() {}

  /**
   * Returns the keyed hash of a text in UTF-8.
   *
   * @param algorithm such as {@code HmacSHA256}, one that every Java platform has
   * @param key the key, in UTF-8; not empty
   * @param text the text
   */
  public static byte[] of(String algorithm, String key, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
    }
  }

  /** Returns whether two texts are equal, in a time that depends on their lengths only. */
  public static boolean areEqual(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
