package dev.notifykit.remote;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.MacKey;
import dev.notifykit.internal.Options;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who may send: finds the secrets of an app by its key. Thread-safe; asked once a request. */
@FunctionalInterface
public interface AppSecrets {
  /**
   * Returns the secrets of an app: none if it is unknown, more than one while it changes its
   * secret.
   *
   * @param appKey the app's key, at most 100 letters, digits, dots, dashes and underscores; not
   *     verified yet
   * @return secrets of at least 32 bytes
   */
  List<byte[]> find(String appKey);

  /**
   * Returns the secrets of a fixed set of apps.
   *
   * @param secrets the secrets by app key; copied
   * @throws ConfigurationException if an app key is malformed or a secret has less than 32 bytes
   */
  static AppSecrets of(Map<String, byte[]> secrets) {
    Map<String, List<byte[]>> copy = new HashMap<>();
    Options.notNull("secrets", secrets)
        .forEach(
            (app, secret) -> copy.put(SignedText.checkedApp(app), List.of(checked(app, secret))));
    return app -> copy.getOrDefault(app, List.of());
  }

  private static byte[] checked(String app, byte[] secret) {
    if (secret == null || secret.length < MacKey.LEAST_BYTES) {
      throw new ConfigurationException(
          "the secret of app '" + app + "' has less than " + MacKey.LEAST_BYTES + " bytes");
    }
    return secret.clone();
  }
}
