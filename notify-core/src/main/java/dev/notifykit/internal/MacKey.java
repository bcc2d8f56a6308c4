package dev.notifykit.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for HMAC-SHA256, made ready once. Thread-safe; {@code toString} shows nothing of the key.
 */
public final class MacKey {
  /** Fewest bytes of a secret that a key is made from: as many as the hash has. */
  public static final int LEAST_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;
  private final Mac ready;

  /**
   * Creates a key.
   *
   * @param secret not empty; copied
   */
  public MacKey(byte[] secret) {
    this.secret = secret.clone();
    this.ready = prepared();
  }

  private Mac prepared() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks " + ALGORITHM, e);
    }
  }

  /** Returns the keyed hash of some bytes: 32 bytes. */
  public byte[] hash(byte[] data) {
    return mac().doFinal(data);
  }

  /** Returns the keyed hash of a text in UTF-8. */
  public byte[] hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Copies what is ready, which saves most of the work; not every security provider can. */
  private Mac mac() {
    try {
      return (Mac) ready.clone();
    } catch (CloneNotSupportedException e) {
      return prepared();
    }
  }

  /** Returns a key that is for one purpose: what it signs passes for nothing else. */
  public MacKey forPurpose(String purpose) {
    return new MacKey(hash("notifykit:" + purpose));
  }

  /** Returns a name for the key that says nothing of it: 8 characters of base64url. */
  public String id() {
    byte[] hash = hash("notifykit:key-id");
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 8);
  }

  /** Returns whether two hashes are equal, in a time that depends on their lengths only. */
  public static boolean areEqual(byte[] expected, byte[] given) {
    return MessageDigest.isEqual(expected, given);
  }

  @Override
  public String toString() {
    return "MacKey";
  }
}
