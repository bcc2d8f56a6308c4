package dev.notifykit.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.notifykit.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.regex.Pattern;

/** How a provider proves itself to APNs; says what is wrong with a key without showing it. */
interface Credentials {
  /** Puts itself into pushy's settings. */
  void into(ApnsClientBuilder settings);

  /** A signing key of a team. */
  static Credentials signingKey(String pem, String keyId, String teamId) {
    identifier("keyId", keyId);
    identifier("teamId", teamId);
    ApnsSigningKey key = parse(pem, keyId, teamId);
    return settings -> settings.setSigningKey(key);
  }

  private static void identifier(String option, String value) {
    if (!Pattern.matches("[A-Z0-9]{10}", value)) {
      throw new ConfigurationException(
          "apns: "
              + option
              + " is not ten capital letters and digits; copy it from Apple's developer account");
    }
  }

  private static ApnsSigningKey parse(String pem, String keyId, String teamId) {
    try {
      ApnsSigningKey key =
          ApnsSigningKey.loadFromInputStream(
              new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)), teamId, keyId);
      if (key.getParams().getCurve().getField().getFieldSize() == 256) {
        return key;
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Falls through: the cause could quote the key.
    }
    throw new ConfigurationException(
        "apns: signingKey is no P-256 private key in PEM; pass the text of the .p8 file from Apple");
  }

  /** A certificate with its key, as a PKCS#12 file holds it. */
  static Credentials certificate(byte[] p12, String password, Clock clock) {
    PrivateKeyEntry entry = open(p12, password);
    X509Certificate certificate = (X509Certificate) entry.getCertificate();
    if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
      throw new ConfigurationException(
          "apns: certificate expired at "
              + certificate.getNotAfter().toInstant()
              + "; renew it in Apple's developer account");
    }
    PrivateKey key = entry.getPrivateKey();
    return settings -> settings.setClientCredentials(certificate, key, null);
  }

  private static PrivateKeyEntry open(byte[] p12, String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(p12), password.toCharArray());
      var protection = new KeyStore.PasswordProtection(password.toCharArray());
      for (String alias : Collections.list(store.aliases())) {
        if (store.entryInstanceOf(alias, PrivateKeyEntry.class)) {
          return (PrivateKeyEntry) store.getEntry(alias, protection);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException(
          "apns: certificate is no PKCS#12 file, or its password is another; export it again", e);
    }
    throw new ConfigurationException(
        "apns: certificate holds no private key; export certificate and key together");
  }
}
