package dev.notifykit.fcm;

import dev.notifykit.ConfigurationException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** Has a client trust certain certificates and no others. */
final class Trust {
  private Trust() {}

  static void only(List<X509Certificate> certificates, OkHttpClient.Builder http) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store(certificates));
      TrustManager[] managers = factory.getTrustManagers();
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, managers, null);
      http.sslSocketFactory(tls.getSocketFactory(), (X509TrustManager) managers[0]);
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException("fcm: TLS does not start with trustedCertificates", e);
    }
  }

  private static KeyStore store(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("trusted-" + i, certificates.get(i));
    }
    return store;
  }
}
