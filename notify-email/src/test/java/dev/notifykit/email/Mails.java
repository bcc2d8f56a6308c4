package dev.notifykit.email;

import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Requests for tests. */
final class Mails {
  private Mails() {}

  static EmailMessage.Builder message() {
    return EmailMessage.builder().subject("Your order").text("It is on its way.");
  }

  static SendRequest to(String address) {
    return request(address, null, message().build());
  }

  static SendRequest with(EmailMessage message) {
    return request("ann@example.com", "Ann", message);
  }

  static SendRequest request(String address, String name, EmailMessage message) {
    return new SendRequest(
        UUID.randomUUID(),
        1,
        "",
        "user-1",
        name,
        Target.email(address),
        message,
        "orders",
        Priority.NORMAL,
        null);
  }

  static Outcome send(Provider provider, SendRequest request) {
    try {
      return provider.send(request).toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
