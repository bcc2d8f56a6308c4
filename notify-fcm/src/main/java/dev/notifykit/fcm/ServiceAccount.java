package dev.notifykit.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.notifykit.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Reads a service account's JSON; says what is wrong with it without showing it. */
final class ServiceAccount {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final List<String> SCOPES =
      List.of("https://www.googleapis.com/auth/firebase.messaging");

  private ServiceAccount() {}

  /**
   * Returns the account's credentials, which cache their access token.
   *
   * @param json the downloaded key file's text
   * @param transport carries the requests for access tokens
   */
  static ServiceAccountCredentials parse(String json, HttpTransport transport) {
    try {
      ServiceAccountCredentials read =
          ServiceAccountCredentials.fromStream(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), () -> transport);
      if (isSafe(read.getTokenServerUri())) {
        return read.toBuilder()
            .setScopes(SCOPES)
            .setDefaultRetriesEnabled(false) // they would sleep on the sending thread
            .build();
      }
    } catch (IOException | RuntimeException e) {
      // Falls through: the cause could quote the key.
    }
    throw new ConfigurationException(
        "fcm: credentials are no service account in JSON; download a private key under Project"
            + " settings, Service accounts, in the Firebase console and pass the file's text");
  }

  /** Secrets go over TLS, except to this machine. */
  static boolean isSafe(URI uri) {
    return uri.getHost() != null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost())));
  }
}
