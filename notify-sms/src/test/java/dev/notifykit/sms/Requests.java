package dev.notifykit.sms;

import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Requests to send, and forms as they arrived. */
final class Requests {
  static final UUID ID = UUID.fromString("0193481c-5a34-7cc1-8f3e-0123456789ab");

  private Requests() {}

  static SendRequest to(String number, SmsMessage message) {
    return to(number, message, "", null);
  }

  static SendRequest to(String number, SmsMessage message, String tenant, Instant expiresAt) {
    return new SendRequest(
        ID,
        1,
        tenant,
        "user-1",
        null,
        Target.phone(number),
        message,
        "orders",
        Priority.NORMAL,
        expiresAt);
  }

  static Outcome send(Provider provider, SendRequest request) throws Exception {
    return provider.send(request).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Reads a form strictly: what is not well encoded fails the test. */
  static Map<String, List<String>> form(String body) {
    Map<String, List<String>> form = new TreeMap<>();
    for (String pair : body.split("&")) {
      int equals = pair.indexOf('=');
      form.computeIfAbsent(decode(pair.substring(0, equals)), n -> new ArrayList<>())
          .add(decode(pair.substring(equals + 1)));
    }
    return form;
  }

  private static String decode(String text) {
    if (!text.replaceAll("%[0-9A-Fa-f]{2}", "").matches("[A-Za-z0-9.*_+-]*")) {
      throw new AssertionError("not form-encoded: " + text);
    }
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
