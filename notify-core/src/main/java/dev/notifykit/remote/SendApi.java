package dev.notifykit.remote;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Notification;
import dev.notifykit.Receipt;
import dev.notifykit.internal.Options;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.tracking.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets other applications send by signed HTTP requests: the settings of {@link
 * dev.notifykit.NotificationClient#sendEndpoint}. Immutable and thread-safe.
 *
 * <pre>{@code
 * Endpoint send = client.sendEndpoint(SendApi.builder().app("shop", secret).build());
 * }</pre>
 *
 * <p>A request is a {@code POST} of one notification, or of several as {@code {"notifications":
 * [...]}}, signed as {@link RequestSigner} does:
 *
 * <pre>{@code
 * {"template": "order-shipped", "eventId": "orders#A-1001",
 *  "recipients": ["user-42", {"id": "guest-7", "email": "ann@example.com", "locale": "ko"}],
 *  "data": {"orderNo": "A-1001"}, "channels": ["push", "email"],
 *  "sendAt": "2026-12-01T09:00:00Z", "timeToLive": "PT6H",
 *  "category": "orders", "topic": "order-A-1001", "priority": "high"}
 * }</pre>
 *
 * <p>{@code template} and {@code recipients} are required. The answer is 202 with the receipts, in
 * order, once everything is stored: {@code {"notifications": [{"notificationId": "...", "eventId":
 * "...", "status": "accepted"}]}}, the status being {@code accepted}, {@code duplicate} or {@code
 * conflict}. A conflict of the only notification is 409. Refused is all or nothing, with {@code
 * {"error": {"code": "...", "field": "...", "message": "..."}}}:
 *
 * <table>
 * <caption>Refusals</caption>
 * <tr><th>status</th><th>code</th><th>when</th></tr>
 * <tr><td>400</td><td>invalid</td><td>no JSON, an unknown field, a value that is refused</td></tr>
 * <tr><td>401</td><td>unauthorized</td><td>see {@link RequestVerifier}</td></tr>
 * <tr><td>405</td><td>method</td><td>not a {@code POST}</td></tr>
 * <tr><td>413</td><td>too-large</td><td>the body is larger than {@link Builder#maxBody}</td></tr>
 * <tr><td>422</td><td>template</td><td>an unknown template, a missing parameter</td></tr>
 * <tr><td>503</td><td>unavailable</td><td>the store is full or does not answer, or the client is
 * closed; repeat it later</td></tr>
 * </table>
 *
 * <p>An endpoint sends for the tenant of its client, whatever the request says.
 */
public final class SendApi {
  /** Most recipients of all notifications of one request. */
  public static final int MAX_RECIPIENTS = 1_000;

  /** Most notifications of one request. */
  public static final int MAX_NOTIFICATIONS = 1_000;

  private final AppSecrets secrets;
  private final int maxBody;

  private SendApi(Builder b) {
    if (b.secrets == null && b.apps.isEmpty()) {
      throw new ConfigurationException("sendApi: name an app, or who finds the secrets of apps");
    }
    if (b.secrets != null && !b.apps.isEmpty()) {
      throw new ConfigurationException("sendApi: either app or secrets, not both");
    }
    this.secrets = b.secrets == null ? AppSecrets.of(b.apps) : b.secrets;
    this.maxBody = b.maxBody;
  }

  /** Starts the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the endpoint; for {@link dev.notifykit.NotificationClient#sendEndpoint}.
   *
   * @param store remembers nonces
   * @param send stores notifications
   */
  public Endpoint endpoint(
      NotificationStore store, Function<List<Notification>, List<Receipt>> send) {
    return new SendEndpoint(RequestVerifier.of(secrets, store), send, maxBody);
  }

  /** Builds {@link SendApi}. Not thread-safe. */
  public static final class Builder {
    private final Map<String, byte[]> apps = new java.util.LinkedHashMap<>();
    private @Nullable AppSecrets secrets;
    private int maxBody = 256 * 1024;

    private Builder() {}

    /**
     * Adds an app that may send. To change its secret without a gap, use {@link #secrets}.
     *
     * @param key names the app: letters, digits, dots, dashes and underscores, at most 100
     * @param secret at least 32 random bytes; copied
     */
    public Builder app(String key, byte[] secret) {
      apps.put(key, Options.notNull("sendApi.app", secret).clone());
      return this;
    }

    /** Sets who finds the secrets of apps, in place of {@link #app}. */
    public Builder secrets(AppSecrets value) {
      this.secrets = Options.notNull("sendApi.secrets", value);
      return this;
    }

    /** Sets the most bytes of a request's body; default 256 KiB. */
    public Builder maxBody(int value) {
      if (value < 1 || value > 16 * 1024 * 1024) {
        throw new ConfigurationException(
            "sendApi.maxBody is " + value + "; it must be 1 byte to 16 MiB");
      }
      this.maxBody = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws ConfigurationException if there is no app, or an app key or secret is malformed
     */
    public SendApi build() {
      return new SendApi(this);
    }
  }
}
