package dev.notifykit.store;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Target;
import dev.notifykit.internal.Fingerprint;
import dev.notifykit.internal.MacKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Makes the keys that addresses and numbers are known by in suppressions, logs and events. Numbers
 * are few enough to be tried one by one, so a plain hash would give them away: these are hashed
 * with a secret. Device tokens cannot be guessed and keep their plain fingerprint. Thread-safe.
 *
 * <p>The secret is the configured one, or a random one that the first client of a store makes and
 * keeps there, so that every node hashes alike. A store remembers by which secret its suppressions
 * were written; what was suppressed by an earlier one, or before there was one, is looked for as
 * well.
 */
public final class TargetKeys {
  /** The name of the store's value that says if it has suppressions under plain fingerprints. */
  public static final String PLAIN = "target-keys-plain";

  /** The name of the store's value that says by which secret it hashes. */
  public static final String SECRET = "target-keys-secret";

  private static final String OWN = "own:";
  private static final String CONFIGURED = "configured:";
  private static final int DIGITS = 24;

  private final Function<Target, String> current;
  private final List<MacKey> earlier;
  private final boolean hasPlain;

  private TargetKeys(MacKey current, List<MacKey> earlier, boolean hasPlain) {
    this.current = target -> key(current, target);
    this.earlier = List.copyOf(earlier);
    this.hasPlain = hasPlain;
  }

  /**
   * Returns the keys of a store.
   *
   * @param configured the secret that is configured and after it earlier ones; empty for the
   *     store's own
   * @param once where the store's own secret is
   * @throws ConfigurationException if the store has suppressions by a configured secret that is not
   *     among these: they would not be found
   */
  public static TargetKeys of(List<byte[]> configured, OnceStore once) {
    List<MacKey> keys = new ArrayList<>();
    configured.forEach(secret -> keys.add(new MacKey(secret).forPurpose("target")));
    String wanted = keys.isEmpty() ? OWN + random() : CONFIGURED + keys.get(0).id();
    String held = once.putIfAbsent(SECRET, wanted, null);
    if (held.startsWith(OWN)) {
      keys.add(new MacKey(Base64.getDecoder().decode(held.substring(OWN.length()))));
    } else if (keys.stream().noneMatch(key -> held.equals(CONFIGURED + key.id()))) {
      throw new ConfigurationException(
          "the store's suppressions were written with another hashKey, and would not be found;"
              + " give that one too, as an earlier one");
    }
    boolean hasPlain = once.putIfAbsent(PLAIN, "no", null).equals("yes");
    return new TargetKeys(keys.get(0), keys.subList(1, keys.size()), hasPlain);
  }

  private static String random() {
    byte[] secret = new byte[MacKey.LEAST_BYTES];
    new SecureRandom().nextBytes(secret);
    return Base64.getEncoder().encodeToString(secret);
  }

  /** Returns a target as it is known in the store. */
  public Target known(Target target) {
    return isKeyed(target) ? target.withKey(current) : target;
  }

  /** Returns the key by which a target is suppressed from now on. */
  public String key(Target target) {
    return known(target).key();
  }

  /** Returns every key by which a target may be suppressed, the current one first. */
  public List<String> all(Target target) {
    if (!isKeyed(target) || (earlier.isEmpty() && !hasPlain)) {
      return List.of(key(target));
    }
    List<String> all = new ArrayList<>(List.of(key(target)));
    earlier.forEach(key -> all.add(key(key, target)));
    if (hasPlain) {
      all.add(Fingerprint.of(target.channel().name(), lowerCase(target)));
    }
    return all;
  }

  private static boolean isKeyed(Target target) {
    return !target.isMissing()
        && switch (target.channel()) {
          case EMAIL, SMS -> true;
          case PUSH, INBOX -> false;
        };
  }

  private static String key(MacKey key, Target target) {
    byte[] hash = key.hash(target.channel().name() + '\0' + lowerCase(target));
    return HexFormat.of().formatHex(hash, 0, DIGITS / 2);
  }

  private static String lowerCase(Target target) {
    return target.address().toLowerCase(Locale.ROOT);
  }
}
