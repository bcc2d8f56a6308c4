package dev.notifykit.spring.boot;

import dev.notifykit.sms.VonageWebhooks;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What Vonage reports and recipients answer.
 *
 * @param enabled whether the endpoint is there
 * @param path where it is, below the public address
 * @param signatureSecret the account's signature secret, which is not its API secret
 * @param algorithm how the account signs; HMAC with SHA-256 unless set
 * @param tenant the tenant whose numbers these are; the default one unless set
 */
@ConfigurationProperties("notify.web.vonage")
record VonageWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/webhooks/vonage") String path,
    @Nullable String signatureSecret,
    VonageWebhooks.@Nullable Algorithm algorithm,
    @Nullable String tenant) {
  static final String PREFIX = "notify.web.vonage";

  VonageWebhooks handler(Environment environment) {
    return Options.build(PREFIX, VonageWebProperties.class, () -> build(environment));
  }

  private VonageWebhooks build(Environment environment) {
    VonageWebhooks.Builder builder = VonageWebhooks.builder();
    Options.set(signatureSecret, builder::signatureSecret);
    Options.set(algorithm, builder::algorithm);
    Options.set(environment.getProperty("notify.sms.vonage.name"), builder::provider);
    Options.set(tenant, builder::tenant);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
