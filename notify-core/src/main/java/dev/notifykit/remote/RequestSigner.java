package dev.notifykit.remote;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Checks;
import dev.notifykit.internal.MacKey;
import dev.notifykit.internal.Options;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * Signs requests to a {@link SendApi}, or to whatever asks a {@link RequestVerifier}. Thread-safe;
 * {@code toString} shows the app key only.
 *
 * <pre>{@code
 * RequestSigner signer = RequestSigner.of("shop", secret);
 * HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(body));
 * signer.sign("POST", uri, body).forEach(request::header);
 * }</pre>
 *
 * <p>The signature is HMAC-SHA256, in lower-case hexadecimal digits, over eight lines joined by
 * line feeds:
 *
 * <ol>
 *   <li>{@code NOTIFY-HMAC-SHA256}
 *   <li>the method in capitals
 *   <li>the path as it is sent, percent-encoding included
 *   <li>the fields of the query as they are sent, without empty ones, sorted by their decoded names
 *       (those of one name in their order), joined by {@code &}; empty without a query
 *   <li>the app key
 *   <li>the time in whole seconds since 1970
 *   <li>the nonce: 16 to 64 letters, digits, dashes and underscores, never used before by this app
 *   <li>the SHA-256 of the body in lower-case hexadecimal digits
 * </ol>
 *
 * <p>Sign again for every try: a nonce passes once. Give the notification an event id, so that a
 * try whose answer was lost can be repeated and sends nothing twice.
 */
public final class RequestSigner {
  private static final int NONCE_BYTES = 18;

  private final String app;
  private final MacKey key;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  private RequestSigner(String app, byte[] secret, InstantSource clock) {
    this.app = SignedText.checkedApp(app);
    if (secret == null || secret.length < MacKey.LEAST_BYTES) {
      throw new ConfigurationException("the secret has less than " + MacKey.LEAST_BYTES + " bytes");
    }
    this.key = new MacKey(secret);
    this.clock = Options.notNull("clock", clock);
  }

  /**
   * Returns a signer by the system's clock.
   *
   * @param appKey the key that names this app
   * @param secret at least 32 bytes; copied
   * @throws ConfigurationException if either is malformed
   */
  public static RequestSigner of(String appKey, byte[] secret) {
    return of(appKey, secret, InstantSource.system());
  }

  /**
   * Returns a signer by another clock.
   *
   * @param appKey the key that names this app
   * @param secret at least 32 bytes; copied
   * @param clock the clock; at most 300 seconds away from the receiving store's
   * @throws ConfigurationException if the app key or the secret is malformed
   */
  public static RequestSigner of(String appKey, byte[] secret, InstantSource clock) {
    return new RequestSigner(appKey, secret, clock);
  }

  /**
   * Returns the headers that sign a request.
   *
   * @param method the HTTP method
   * @param address the address it goes to, path and query as they are sent
   * @param body the body as it is sent; empty for none
   * @throws IllegalArgumentException if the query is badly encoded
   */
  public Map<String, String> sign(String method, URI address, byte[] body) {
    byte[] drawn = new byte[NONCE_BYTES];
    random.nextBytes(drawn);
    String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    String text =
        SignedText.of(
            Checks.name("method", method),
            Checks.notNull("address", address).toString(),
            app,
            timestamp,
            nonce,
            Checks.notNull("body", body));
    return Map.of(
        SignedText.APP, app,
        SignedText.TIMESTAMP, timestamp,
        SignedText.NONCE, nonce,
        SignedText.SIGNATURE, HexFormat.of().formatHex(key.hash(text)));
  }

  @Override
  public String toString() {
    return "RequestSigner[" + app + "]";
  }
}
