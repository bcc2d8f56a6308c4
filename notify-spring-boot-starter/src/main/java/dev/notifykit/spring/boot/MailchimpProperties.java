package dev.notifykit.spring.boot;

import dev.notifykit.email.MailchimpProvider;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Mail through Mailchimp Transactional; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; mailchimp unless set
 * @param apiKey the API key of Mailchimp Transactional, not of Mailchimp itself
 * @param subaccount the subaccount to send for; none unless set
 * @param from the sender: an address, or a name and the address in angle brackets
 * @param apiBaseUrl the service's address; https://mandrillapp.com unless set
 * @param connectTimeout how long connecting may take; 10 s unless set
 * @param timeout how long one request may take in all; 30 s unless set
 * @param maxInFlight the most mails in flight; 64 unless set
 */
@ConfigurationProperties("notify.email.mailchimp")
record MailchimpProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String apiKey,
    @Nullable String subaccount,
    @Nullable String from,
    @Nullable String apiBaseUrl,
    @Nullable Duration connectTimeout,
    @Nullable Duration timeout,
    @Nullable Integer maxInFlight) {
  static final String PREFIX = "notify.email.mailchimp";

  MailchimpProvider provider() {
    return Options.build(PREFIX, MailchimpProperties.class, this::build);
  }

  private MailchimpProvider build() {
    MailchimpProvider.Builder builder = MailchimpProvider.builder();
    Options.set(name, builder::name);
    Options.set(apiKey, builder::apiKey);
    Options.set(subaccount, builder::subaccount);
    Options.set(from, builder::from);
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
