package dev.notifykit.spring.boot;

import dev.notifykit.email.SendGridProvider;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Mail through SendGrid; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; sendgrid unless set
 * @param apiKey the API key, with the Mail Send permission
 * @param from the sender: an address, or a name and the address in angle brackets
 * @param sandbox whether mails are checked and not sent
 * @param apiBaseUrl the service's address; https://api.sendgrid.com unless set
 * @param connectTimeout how long connecting may take; 10 s unless set
 * @param timeout how long one request may take in all; 30 s unless set
 * @param maxInFlight the most mails in flight; 100 unless set
 */
@ConfigurationProperties("notify.email.sendgrid")
record SendGridProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String apiKey,
    @Nullable String from,
    @DefaultValue("false") boolean sandbox,
    @Nullable String apiBaseUrl,
    @Nullable Duration connectTimeout,
    @Nullable Duration timeout,
    @Nullable Integer maxInFlight) {
  static final String PREFIX = "notify.email.sendgrid";

  SendGridProvider provider() {
    return Options.build(PREFIX, SendGridProperties.class, this::build);
  }

  private SendGridProvider build() {
    SendGridProvider.Builder builder = SendGridProvider.builder();
    Options.set(name, builder::name);
    Options.set(apiKey, builder::apiKey);
    Options.set(from, builder::from);
    if (sandbox) {
      builder.sandbox();
    }
    Options.set(apiBaseUrl, builder::apiBaseUrl);
    Options.set(connectTimeout, builder::connectTimeout);
    Options.set(timeout, builder::timeout);
    Options.set(maxInFlight, builder::maxInFlight);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
