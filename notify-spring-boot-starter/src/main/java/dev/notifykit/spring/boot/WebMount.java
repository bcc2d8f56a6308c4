package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.tracking.WebhookHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes endpoints of handlers, each under the public address. */
final class WebMount {
  private static final Logger log = LoggerFactory.getLogger(WebMount.class);

  private final WebProperties web;
  private final NotificationClient client;

  WebMount(WebProperties web, NotificationClient client) {
    this.web = web;
    this.client = client;
  }

  WebEndpoint webhooks(String prefix, String path, WebhookHandler handler) {
    String address = web.address(prefix + ".path", path);
    log.info("{} has its webhooks at {}", prefix, address);
    return new WebEndpoint(path, new WebhookEndpoint(client, handler, address));
  }
}
