package dev.notifykit.remote;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.notifykit.ClientClosedException;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.NotificationException;
import dev.notifykit.Receipt;
import dev.notifykit.StoreException;
import dev.notifykit.TemplateException;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers signed requests to send. Size and signature are looked at before the body is parsed. */
final class SendEndpoint implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(SendEndpoint.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RequestVerifier verifier;
  private final Function<List<Notification>, List<Receipt>> send;
  private final int maxBody;

  SendEndpoint(
      RequestVerifier verifier, Function<List<Notification>, List<Receipt>> send, int maxBody) {
    this.verifier = verifier;
    this.send = send;
    this.maxBody = maxBody;
  }

  @Override
  public int maxBody() {
    return maxBody;
  }

  @Override
  public HttpReply answer(WebhookRequest request) {
    try {
      requireSmallPost(request);
      requireGenuine(request);
      SendRequestJson read = SendRequestJson.read(request.body());
      return receipts(send.apply(read.notifications()), read.isSingle());
    } catch (RefusedException e) {
      return error(e.status, e.code, e.field, String.valueOf(e.getMessage()));
    } catch (InvalidNotificationException e) {
      return error(400, "invalid", at(e, SendRequestJson.field(e)), String.valueOf(e.getMessage()));
    } catch (TemplateException e) {
      return error(422, "template", at(e, "template"), String.valueOf(e.getMessage()));
    } catch (StoreException | ClientClosedException e) {
      return unavailable(e);
    }
  }

  private static String at(NotificationException e, String field) {
    OptionalInt position = e.position();
    return position.isEmpty() ? field : "notifications[" + position.getAsInt() + "]." + field;
  }

  private void requireSmallPost(WebhookRequest request) {
    if (!request.method().equals("POST")) {
      throw new RefusedException(405, "method", null, "only POST is allowed");
    }
    if (request.bodySize() > maxBody) {
      throw new RefusedException(
          413, "too-large", null, "the body is larger than " + maxBody + " bytes");
    }
  }

  private void requireGenuine(WebhookRequest request) {
    if (verifier.verify(request) instanceof RequestVerifier.Refused refused) {
      throw new RefusedException(401, "unauthorized", null, refused.reason());
    }
  }

  private static HttpReply receipts(List<Receipt> receipts, boolean isSingle) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode all = root.putArray("notifications");
    for (Receipt receipt : receipts) {
      all.addObject()
          .put("notificationId", receipt.notificationId().toString())
          .put("eventId", receipt.eventId())
          .put("status", receipt.status().name().toLowerCase(Locale.ROOT));
    }
    boolean conflicts = isSingle && receipts.get(0).status() == Receipt.Status.CONFLICT;
    return conflicts
        ? error(409, "conflict", "eventId", "was used for other content")
        : json(202, root, Map.of());
  }

  private static HttpReply unavailable(NotificationException e) {
    log.warn("a request to send was answered with 503: {}", e.getMessage());
    ObjectNode body = errorBody("unavailable", null, "nothing is known to be stored; repeat it");
    return json(503, body, Map.of("Retry-After", "5"));
  }

  private static HttpReply error(int status, String code, @Nullable String field, String message) {
    return json(
        status,
        errorBody(code, field, message),
        status == 405 ? Map.of("Allow", "POST") : Map.of());
  }

  private static ObjectNode errorBody(String code, @Nullable String field, String message) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode error = root.putObject("error").put("code", code);
    if (field != null) {
      error.put("field", field);
    }
    error.put("message", message);
    return root;
  }

  private static HttpReply json(int status, ObjectNode body, Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.putAll(more);
    return new HttpReply(status, headers, body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
