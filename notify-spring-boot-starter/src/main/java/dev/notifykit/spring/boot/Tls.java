package dev.notifykit.spring.boot;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** Finds the SSL bundles that properties name. */
final class Tls {
  private final ObjectProvider<SslBundles> bundles;

  Tls(ObjectProvider<SslBundles> bundles) {
    this.bundles = bundles;
  }

  /** Returns the bundle, or null if the property is not set. */
  @Nullable SslBundle bundle(String property, @Nullable String name) {
    if (name == null) {
      return null;
    }
    SslBundles all = bundles.getIfAvailable();
    try {
      if (all != null) {
        return all.getBundle(name);
      }
    } catch (NoSuchSslBundleException e) {
      throw noBundle(property, name, e);
    }
    throw noBundle(property, name, null);
  }

  private static PropertyRefusedException noBundle(
      String property, String name, @Nullable Throwable cause) {
    return new PropertyRefusedException(
        List.of(property), "there is no SSL bundle '" + name + "'; see spring.ssl.bundle", cause);
  }

  /** Returns the certificates of a bundle's trust store. */
  static X509Certificate[] trusted(String property, SslBundle bundle) {
    KeyStore store = bundle.getStores().getTrustStore();
    List<X509Certificate> certificates = store == null ? List.of() : certificates(property, store);
    if (certificates.isEmpty()) {
      throw new PropertyRefusedException(
          List.of(property), "it has no trust store with certificates in it", null);
    }
    return certificates.toArray(X509Certificate[]::new);
  }

  private static List<X509Certificate> certificates(String property, KeyStore store) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.getCertificate(alias) instanceof X509Certificate certificate) {
          certificates.add(certificate);
        }
      }
    } catch (KeyStoreException e) {
      throw new PropertyRefusedException(List.of(property), "its trust store cannot be read", e);
    }
    return certificates;
  }
}
