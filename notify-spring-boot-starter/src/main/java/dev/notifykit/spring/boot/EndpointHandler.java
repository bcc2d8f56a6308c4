package dev.notifykit.spring.boot;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationException;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.WebhookRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Hands an endpoint the requests of a servlet container: the body as it came and no more of it than
 * the endpoint reads, the address as the outside world knows it.
 */
final class EndpointHandler implements HttpRequestHandler {
  private static final Logger log = LoggerFactory.getLogger(EndpointHandler.class);
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int NOT_STORED = 500;

  private final Endpoint endpoint;
  private final String path;
  private final String address;

  EndpointHandler(Endpoint endpoint, String path, String address) {
    this.endpoint = endpoint;
    this.path = path;
    this.address = address;
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getContentLengthLong() > endpoint.maxBody()) {
      response.setStatus(TOO_LARGE); // before any of it is read
      return;
    }
    try {
      write(endpoint.answer(read(request)), response);
    } catch (InvalidNotificationException e) {
      response.setStatus(BAD_REQUEST);
    } catch (NotificationException e) {
      log.warn("a request to {} could not be applied; it is to be repeated", path, e);
      response.setStatus(NOT_STORED);
    }
  }

  private WebhookRequest read(HttpServletRequest request) throws IOException {
    String query = request.getQueryString();
    // What is before it, a context path or a servlet's, is part of the public address.
    String below =
        ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value();
    String url = address + below.substring(Math.min(path.length(), below.length()));
    WebhookRequest.Builder builder =
        WebhookRequest.builder(request.getMethod(), query == null ? url : url + "?" + query)
            .body(request.getInputStream(), endpoint.maxBody())
            .remote(request.getRemoteAddr());
    for (String name : Collections.list(request.getHeaderNames())) {
      builder.header(name, request.getHeader(name));
    }
    return builder.build();
  }

  private static void write(HttpReply reply, HttpServletResponse response) throws IOException {
    response.setStatus(reply.status());
    reply.headers().forEach(response::setHeader);
    response.getOutputStream().write(reply.body());
  }
}
