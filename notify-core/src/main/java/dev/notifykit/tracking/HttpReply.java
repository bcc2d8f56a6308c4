package dev.notifykit.tracking;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to answer a request with, whatever HTTP server received it. {@code toString} shows the
 * status only.
 *
 * @param status the HTTP status
 * @param headers the headers, {@code Content-Type} among them where there is a body
 * @param body the body, empty for none; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for a socket; nobody compares replies
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
  /** Copies the headers. */
  public HttpReply {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  @Override
  public String toString() {
    return "HttpReply[" + status + "]";
  }
}
