package dev.notifykit.test.apns;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A push as it came over the wire.
 *
 * @param token the device token
 * @param topic the {@code apns-topic}, or empty
 * @param pushType the {@code apns-push-type}, or empty
 * @param priority the {@code apns-priority}, or 0 without one
 * @param expiration the {@code apns-expiration} in seconds of Unix time, 0 for now or never
 * @param collapseId the {@code apns-collapse-id}, or empty
 * @param apnsId the {@code apns-id}, or empty
 * @param authorization the {@code authorization}, or empty with a certificate
 * @param payload the JSON
 * @param raw headers, one a line, an empty line and the payload
 */
public record ReceivedPush(
    String token,
    String topic,
    String pushType,
    int priority,
    long expiration,
    String collapseId,
    String apnsId,
    String authorization,
    String payload,
    String raw) {

  static ReceivedPush of(Http2Headers headers, String payload) {
    String path = String.valueOf(headers.path());
    return new ReceivedPush(
        path.substring(path.lastIndexOf('/') + 1),
        text(headers, "apns-topic"),
        text(headers, "apns-push-type"),
        headers.getInt("apns-priority", 0),
        headers.getLong("apns-expiration", 0),
        text(headers, "apns-collapse-id"),
        text(headers, "apns-id"),
        text(headers, "authorization"),
        payload,
        raw(headers, payload));
  }

  private static String text(Http2Headers headers, String name) {
    return Optional.ofNullable(headers.get(name)).map(CharSequence::toString).orElse("");
  }

  private static String raw(Http2Headers headers, String payload) {
    return StreamSupport.stream(headers.spliterator(), false)
        .map(e -> e.getKey() + ": " + e.getValue() + "\r\n")
        .collect(Collectors.joining("", "", "\r\n" + payload));
  }

  /** Returns the apns-id only. */
  @Override
  public String toString() {
    return "ReceivedPush[" + apnsId + "]";
  }
}
