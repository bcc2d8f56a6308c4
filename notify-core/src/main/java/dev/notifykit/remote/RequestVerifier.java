package dev.notifykit.remote;

import dev.notifykit.internal.MacKey;
import dev.notifykit.internal.Options;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.OnceStore;
import dev.notifykit.tracking.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Tells whether a request was signed by an app that is known, is new, and was not seen before.
 * Thread-safe; nodes that share a store share what was seen.
 *
 * <p>In this order: the form of the four headers; the signature, compared in constant time, an
 * unknown app costing what a known one costs; the time, at most 300 seconds away from the store's
 * clock in either direction; the nonce, which is kept in the store until its request is too old
 * anyway. A nonce is spent only by a request whose signature is right.
 */
public final class RequestVerifier {
  /** How far a request's time may be away from the store's, in either direction. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final Duration NONCE_KEPT = TOLERANCE.multipliedBy(2).plusMinutes(1);
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
  private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,64}");
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");

  private final AppSecrets secrets;
  private final OnceStore nonces;
  private final InstantSource clock;
  private final List<byte[]> nobodys;

  /** What to think of a request. */
  public sealed interface Verdict {}

  /**
   * It is an app's.
   *
   * @param app the app's key
   */
  public record Genuine(String app) implements Verdict {}

  /**
   * It is not to be believed.
   *
   * @param reason why, for the sender; shows nothing of the request or of a secret
   */
  public record Refused(String reason) implements Verdict {}

  private RequestVerifier(AppSecrets secrets, NotificationStore store) {
    this.secrets = Options.notNull("secrets", secrets);
    this.nonces = Options.notNull("store", store).once();
    this.clock = store.clock();
    byte[] random = new byte[MacKey.LEAST_BYTES];
    new SecureRandom().nextBytes(random);
    this.nobodys = List.of(random);
  }

  /**
   * Returns a verifier.
   *
   * @param secrets finds the secrets of an app
   * @param store remembers nonces, and says what time it is; not closed
   */
  public static RequestVerifier of(AppSecrets secrets, NotificationStore store) {
    return new RequestVerifier(secrets, store);
  }

  /**
   * Checks a request. A second check of the same request refuses it.
   *
   * @param request the request, whose address is the one that was signed
   * @throws dev.notifykit.StoreException if the store does not answer
   */
  public Verdict verify(WebhookRequest request) {
    String app = header(request, SignedText.APP);
    String timestamp = header(request, SignedText.TIMESTAMP);
    String nonce = header(request, SignedText.NONCE);
    String signature = header(request, SignedText.SIGNATURE);
    boolean isWellFormed =
        SignedText.APP_KEY.matcher(app).matches()
            && SECONDS.matcher(timestamp).matches()
            && NONCE.matcher(nonce).matches()
            && SIGNATURE.matcher(signature).matches();
    if (!isWellFormed || !isSigned(request, app, timestamp, nonce, signature)) {
      return new Refused("the signature is missing or wrong, or the app is unknown");
    }
    if (!isRecent(Instant.ofEpochSecond(Long.parseLong(timestamp)))) {
      return new Refused(
          "the request's time is more than " + TOLERANCE.toSeconds() + " seconds away");
    }
    return isFirst(app, nonce) ? new Genuine(app) : new Refused("the nonce was used before");
  }

  private static String header(WebhookRequest request, String name) {
    return request.header(name).orElse("");
  }

  private boolean isSigned(
      WebhookRequest request, String app, String timestamp, String nonce, String signature) {
    String text;
    try {
      text = SignedText.of(request.method(), request.url(), app, timestamp, nonce, request.body());
    } catch (IllegalArgumentException e) {
      return false; // the query is badly encoded
    }
    List<byte[]> known = secrets.find(app);
    boolean signed = false;
    for (byte[] secret : known.isEmpty() ? nobodys : known) {
      signed |= isEqual(HexFormat.of().formatHex(new MacKey(secret).hash(text)), signature);
    }
    return signed && !known.isEmpty();
  }

  private static boolean isEqual(String expected, String given) {
    return MacKey.areEqual(
        expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
  }

  private boolean isRecent(Instant at) {
    return Duration.between(at, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
  }

  private boolean isFirst(String app, String nonce) {
    String mine = UUID.randomUUID().toString();
    return nonces.putIfAbsent("nonce:" + app + ":" + nonce, mine, NONCE_KEPT).equals(mine);
  }
}
