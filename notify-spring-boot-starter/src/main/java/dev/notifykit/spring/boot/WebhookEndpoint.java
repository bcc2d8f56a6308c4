package dev.notifykit.spring.boot;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.NotificationException;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestHandler;

/**
 * Hands a provider's requests to its handler: the body as it came, the address as the provider was
 * told it. Answers once what they report is stored, and 500 where it could not be.
 */
final class WebhookEndpoint implements HttpRequestHandler {
  private static final Logger log = LoggerFactory.getLogger(WebhookEndpoint.class);
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int NOT_STORED = 500;

  private final NotificationClient client;
  private final WebhookHandler handler;
  private final String address;

  WebhookEndpoint(NotificationClient client, WebhookHandler handler, String address) {
    this.client = client;
    this.handler = handler;
    this.address = address;
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer(request));
  }

  private int answer(HttpServletRequest request) throws IOException {
    if (request.getContentLengthLong() > WebhookRequest.MAX_BODY) {
      return TOO_LARGE; // before any of it is read
    }
    byte[] body = request.getInputStream().readNBytes(WebhookRequest.MAX_BODY + 1);
    try {
      return client.receive(handler, webhookRequest(request, body)).status();
    } catch (InvalidNotificationException e) {
      return BAD_REQUEST;
    } catch (NotificationException e) {
      log.warn("a webhook could not be applied; its provider is to repeat it", e);
      return NOT_STORED;
    }
  }

  private WebhookRequest webhookRequest(HttpServletRequest request, byte[] body) {
    String query = request.getQueryString();
    WebhookRequest.Builder builder =
        WebhookRequest.builder(request.getMethod(), query == null ? address : address + "?" + query)
            .body(body)
            .remote(request.getRemoteAddr());
    for (String name : Collections.list(request.getHeaderNames())) {
      builder.header(name, request.getHeader(name));
    }
    return builder.build();
  }
}
