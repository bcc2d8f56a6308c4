package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what Spring MVC calls of our endpoints, each under the public address. */
final class WebMount {
  private static final Logger log = LoggerFactory.getLogger(WebMount.class);

  private final WebProperties web;
  private final NotificationClient client;

  WebMount(WebProperties web, NotificationClient client) {
    this.web = web;
    this.client = client;
  }

  /** Returns what answers requests to a path. */
  WebEndpoint at(String prefix, String path, Endpoint endpoint) {
    return mounted(prefix, path, path, endpoint);
  }

  /** Returns what answers requests to everything one step below a path. */
  WebEndpoint below(String prefix, String path, Endpoint endpoint) {
    return mounted(prefix, path, path + "/*", endpoint);
  }

  WebEndpoint webhooks(String prefix, String path, WebhookHandler handler) {
    return at(prefix, path, new Webhooks(client, handler));
  }

  private WebEndpoint mounted(String prefix, String path, String pattern, Endpoint endpoint) {
    String address = web.address(prefix + ".path", path);
    log.info("{} is at {}", prefix, address);
    return new WebEndpoint(pattern, new EndpointHandler(endpoint, path, address));
  }

  /** Answers once what was reported is stored. */
  private record Webhooks(NotificationClient client, WebhookHandler handler) implements Endpoint {
    private static final byte[] NOTHING = {};

    @Override
    public HttpReply answer(WebhookRequest request) {
      return new HttpReply(client.receive(handler, request).status(), Map.of(), NOTHING);
    }

    @Override
    public int maxBody() {
      return WebhookRequest.MAX_BODY;
    }
  }
}
