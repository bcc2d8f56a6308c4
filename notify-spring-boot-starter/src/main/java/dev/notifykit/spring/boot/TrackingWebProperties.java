package dev.notifykit.spring.boot;

import dev.notifykit.tracking.TrackingLinks;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Links that tell when they are followed.
 *
 * @param enabled whether links are tracked
 * @param path where they lead, below the public address
 * @param key the secret that signs them: at least 32 random bytes in Base64, the same on every node
 * @param previousKeys secrets that signed before, whose links go on to work
 * @param opens whether HTML mails have an image that tells when they are opened
 * @param hosts the hosts whose links are tracked; all unless set
 */
@ConfigurationProperties("notify.web.tracking")
record TrackingWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/t") String path,
    @Nullable String key,
    @DefaultValue List<String> previousKeys,
    @DefaultValue("false") boolean opens,
    @DefaultValue List<String> hosts) {
  static final String PREFIX = "notify.web.tracking";

  TrackingLinks links(WebProperties web) {
    return Options.build(PREFIX, TrackingWebProperties.class, () -> build(web));
  }

  private TrackingLinks build(WebProperties web) {
    TrackingLinks.Builder builder =
        TrackingLinks.builder().baseUrl(web.address(PREFIX + ".path", path));
    Options.set(Options.secret(PREFIX + ".key", key), builder::key);
    previousKeys.forEach(
        text -> Options.set(Options.secret(PREFIX + ".previous-keys", text), builder::previousKey));
    if (opens) {
      builder.opens();
    }
    return builder.hosts(hosts.toArray(String[]::new)).build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
