package dev.notifykit.spring.boot;

import dev.notifykit.sms.VonageProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Text messages through Vonage; set up where any of these is set.
 *
 * @param enabled whether it is used
 * @param name the provider's name; vonage unless set
 * @param apiKey the account's API key
 * @param apiSecret the account's API secret
 * @param from the sender: a number in E.164 form, a short code or a name
 * @param fromByCountry the sender of messages to one country, by its code of two letters
 * @param statusCallback the public https address of the webhook for what became of a message
 * @param allowedCountries countries that may be sent to, by code; all unless set
 * @param deniedCountries countries that must not be sent to, by code
 * @param defaultCountry the country that numbers without + are read in; refused unless set
 * @param baseUrl another address of the service
 * @param timeout how long a send may take; 15 s unless set
 * @param maxInFlight the most sends in flight; 64 unless set
 */
@ConfigurationProperties("notify.sms.vonage")
record VonageProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String name,
    @Nullable String apiKey,
    @Nullable String apiSecret,
    @Nullable String from,
    @DefaultValue Map<String, String> fromByCountry,
    @Nullable String statusCallback,
    @DefaultValue List<String> allowedCountries,
    @DefaultValue List<String> deniedCountries,
    @Nullable String defaultCountry,
    @Nullable String baseUrl,
    @Nullable Duration timeout,
    @Nullable Integer maxInFlight) {
  static final String PREFIX = "notify.sms.vonage";

  VonageProvider provider() {
    return Options.build(PREFIX, VonageProperties.class, this::build);
  }

  private VonageProvider build() {
    VonageProvider.Builder builder = VonageProvider.builder();
    Options.set(name, builder::name);
    Options.set(apiKey, builder::apiKey);
    Options.set(apiSecret, builder::apiSecret);
    Options.set(from, builder::from);
    fromByCountry.forEach(builder::from);
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
