package dev.notifykit.spring.boot;

import dev.notifykit.sms.TwilioProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Text messages through Twilio; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; twilio unless set
 * @param accountSid the account, AC and 32 hexadecimal digits
 * @param authToken the account's auth token, unless there is an API key
 * @param apiKeySid the SID of an API key, in place of the auth token
 * @param apiKeySecret the secret of the API key
 * @param from the sender: a number in E.164 form, a short code or a name
 * @param fromByCountry the sender of messages to one country, by its code of two letters
 * @param messagingService the SID of a messaging service, in place of a sender
 * @param region the region data is processed in; Twilio's own unless set
 * @param edge the edge connections enter at; Twilio's own unless set
 * @param statusCallback the public https address of the webhook for what became of a message
 * @param allowedCountries countries that may be sent to, by code; all unless set
 * @param deniedCountries countries that must not be sent to, by code
 * @param defaultCountry the country that numbers without + are read in; refused unless set
 * @param baseUrl another address of the service
 * @param timeout how long a send may take; 15 s unless set
 * @param maxInFlight the most sends in flight; 64 unless set
 */
@ConfigurationProperties("notify.sms.twilio")
record TwilioProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String accountSid,
    @Nullable String authToken,
    @Nullable String apiKeySid,
    @Nullable String apiKeySecret,
    @Nullable String from,
    @DefaultValue Map<String, String> fromByCountry,
    @Nullable String messagingService,
    @Nullable String region,
    @Nullable String edge,
    @Nullable String statusCallback,
    @DefaultValue List<String> allowedCountries,
    @DefaultValue List<String> deniedCountries,
    @Nullable String defaultCountry,
    @Nullable String baseUrl,
    @Nullable Duration timeout,
    @Nullable Integer maxInFlight) {
  static final String PREFIX = "notify.sms.twilio";

  TwilioProvider provider() {
    if ((apiKeySid == null) != (apiKeySecret == null)) {
      throw new PropertyRefusedException(
          List.of(PREFIX + ".api-key-sid", PREFIX + ".api-key-secret"),
          "they belong together; set both or none",
          null);
    }
    return Options.build(PREFIX, TwilioProperties.class, this::build);
  }

  private TwilioProvider build() {
    TwilioProvider.Builder builder = TwilioProvider.builder();
    Options.set(name, builder::name);
    Options.set(accountSid, builder::accountSid);
    Options.set(authToken, builder::authToken);
    if (apiKeySid != null && apiKeySecret != null) {
      builder.apiKey(apiKeySid, apiKeySecret);
    }
    Options.set(from, builder::from);
    fromByCountry.forEach(builder::from);
    Options.set(messagingService, builder::messagingService);
    Options.set(region, builder::region);
    Options.set(edge, builder::edge);
    Options.set(statusCallback, builder::statusCallback);
    builder.numbers(SmsNumbers.of(allowedCountries, deniedCountries, defaultCountry));
    Options.set(baseUrl, builder::baseUrl);
    Options.set(timeout, builder::timeout);
    Options.set(maxInFlight, builder::maxInFlight);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
