package dev.notifykit.apns;

import dev.notifykit.test.apns.FakeApnsServer;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;

/** Credentials made for tests. */
final class Keys {
  static final String KEY_ID = "ABC123DEFG";
  static final String TEAM_ID = "DEF123GHIJ";
  static final String TOPIC = "com.example.shop";
  static final String P8 = pem("EC", "secp256r1");

  private Keys() {}

  static String pem(String algorithm, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] p12(HeldCertificate held, String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "push",
        held.keyPair().getPrivate(),
        password.toCharArray(),
        new Certificate[] {held.certificate()});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password.toCharArray());
    return out.toByteArray();
  }

  static HeldCertificate certificate() {
    return new HeldCertificate.Builder().commonName(TOPIC).duration(1, TimeUnit.DAYS).build();
  }

  static ApnsProvider.Builder provider() {
    return ApnsProvider.builder().signingKey(P8).keyId(KEY_ID).teamId(TEAM_ID).topic(TOPIC);
  }

  static ApnsProvider.Builder provider(FakeApnsServer server) {
    return provider()
        .server(server.host(), server.port())
        .trustedCertificates(server.certificate());
  }
}
