package dev.notifykit.tracking;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.MacKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of one purpose: the first signs, every one verifies. Thread-safe.
 *
 * <p>A token is {@code payload.keyId.mac}, the parts in base64url. The MAC covers the text before
 * its dot, so that no second spelling of a payload passes; it is cut to 128 bits, which keeps
 * addresses short and is out of reach of guessing.
 */
final class KeyRing {
  private static final int MAC_BYTES = 16;
  private static final int LONGEST_TOKEN = 6_000;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final Map<String, MacKey> keys = new HashMap<>();
  private final MacKey signer;
  private final String signerId;

  private KeyRing(String purpose, byte[] current, List<byte[]> previous) {
    for (byte[] secret : previous) {
      MacKey key = new MacKey(secret).forPurpose(purpose);
      keys.put(key.id(), key);
    }
    this.signer = new MacKey(current).forPurpose(purpose);
    this.signerId = signer.id();
    keys.put(signerId, signer);
  }

  /** The secrets that a builder collects: one to sign with, and earlier ones. */
  static final class Secrets {
    private final String option;
    private final List<byte[]> previous = new ArrayList<>();
    private byte[] current = {};

    Secrets(String option) {
      this.option = option;
    }

    void current(byte[] secret) {
      current = checked(".key", secret);
    }

    void previous(byte[] secret) {
      previous.add(checked(".previousKey", secret));
    }

    private byte[] checked(String which, byte[] secret) {
      if (secret == null || secret.length < MacKey.LEAST_BYTES) {
        throw new ConfigurationException(
            option + which + " needs at least " + MacKey.LEAST_BYTES + " random bytes");
      }
      return secret.clone();
    }

    KeyRing ring(String purpose) {
      if (current.length == 0) {
        throw new ConfigurationException(option + ".key is not set");
      }
      return new KeyRing(purpose, current, previous);
    }
  }

  /** Returns the token of a payload. */
  String sign(byte[] payload) {
    String signed = ENCODER.encodeToString(payload) + "." + signerId;
    return signed + "." + mac(signer, signed);
  }

  /** Returns the payload of a token that one of the keys signed. */
  Optional<byte[]> verify(String token) {
    int dot = token.lastIndexOf('.');
    int keyDot = token.lastIndexOf('.', dot - 1);
    if (token.length() > LONGEST_TOKEN || keyDot < 0) {
      return Optional.empty();
    }
    MacKey key = keys.get(token.substring(keyDot + 1, dot));
    String signed = token.substring(0, dot);
    if (key == null || !areEqual(mac(key, signed), token.substring(dot + 1))) {
      return Optional.empty();
    }
    return Optional.of(DECODER.decode(token.substring(0, keyDot)));
  }

  private static boolean areEqual(String expected, String given) {
    return MacKey.areEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static String mac(MacKey key, String signed) {
    return ENCODER.encodeToString(Arrays.copyOf(key.hash(signed), MAC_BYTES));
  }
}
