package dev.notifykit.store.redis;

import io.lettuce.core.SslOptions;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What connections with TLS are made with.
 *
 * @param trust whom to trust; null for whom the JVM trusts
 * @param keys what the client shows of itself; null for nothing
 */
record TlsKeys(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory keys) {
  static final TlsKeys OF_THE_JVM = new TlsKeys(null, null);

  SslOptions options() {
    SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
    if (trust != null) {
      options.trustManager(trust);
    }
    if (keys != null) {
      options.keyManager(keys);
    }
    return options.build();
  }
}
