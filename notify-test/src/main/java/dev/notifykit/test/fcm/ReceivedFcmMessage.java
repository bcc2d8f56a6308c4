package dev.notifykit.test.fcm;

import java.util.Map;

/**
 * A request to send as it came over the wire.
 *
 * @param method the HTTP method
 * @param path the path
 * @param headers the headers, by lower-case names
 * @param body the JSON
 * @param raw request line, headers and body
 */
public record ReceivedFcmMessage(
    String method, String path, Map<String, String> headers, String body, String raw) {
  /** Copies. */
  public ReceivedFcmMessage {
    headers = Map.copyOf(headers);
  }

  /** Returns the method and path only. */
  @Override
  public String toString() {
    return "ReceivedFcmMessage[" + method + " " + path + "]";
  }
}
