package dev.notifykit.tracking;

/**
 * Answers the requests that come to one address of the application's. Framework-free: hand it the
 * request of any HTTP server and write back what it returns. Thread-safe; throws nothing but
 * defects.
 *
 * <pre>{@code
 * HttpReply reply =
 *     endpoint.answer(
 *         WebhookRequest.builder(method, "https://n.example.com/t/" + rest + query)
 *             .header("Content-Length", length)
 *             .body(stream, endpoint.maxBody())
 *             .build());
 * }</pre>
 */
public interface Endpoint {
  /**
   * Answers a request.
   *
   * @param request the request, its address being the public one
   */
  HttpReply answer(WebhookRequest request);

  /**
   * Returns the most bytes of a body it reads. Refuse larger ones before reading them, or hand over
   * the stream with {@link WebhookRequest.Builder#body(java.io.InputStream, int)}.
   */
  int maxBody();
}
