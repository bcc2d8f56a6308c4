package dev.notifykit.dispatch;

import dev.notifykit.Channel;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NotificationStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Delivers to the in-app inbox, which is the store itself. */
public final class InboxProvider implements Provider {
  private final NotificationStore store;

  /**
   * Creates the provider.
   *
   * @param store keeps the inboxes; not closed here
   */
  public InboxProvider(NotificationStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "inbox";
  }

  @Override
  public Channel channel() {
    return Channel.INBOX;
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    InboxMessage message = (InboxMessage) request.message();
    InboxEntry entry =
        new InboxEntry(
            request.deliveryId(),
            message.title(),
            message.body().orElse(null),
            message.link().orElse(null),
            message.data(),
            request.category(),
            store.clock().instant(),
            null);
    // The entry's id is the delivery's: a repeat finds it there, so the outcome is never unknown.
    store.inbox().add(request.tenant(), request.recipientId(), entry);
    return CompletableFuture.completedFuture(new Outcome.Accepted(null));
  }

  @Override
  public void close() {}
}
