package dev.notifykit.spring.boot;

import dev.notifykit.remote.SendApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Other applications that send by signed requests.
 *
 * @param enabled whether the endpoint is there
 * @param path where it is, below the public address
 * @param apps each application's secret, by its name: at least 32 random bytes in Base64
 * @param maxBody the largest request; 256KB unless set
 * @param tenant the tenant it sends for; the default one unless set
 */
@ConfigurationProperties("notify.web.send")
record SendWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/send") String path,
    @DefaultValue Map<String, String> apps,
    @Nullable DataSize maxBody,
    @Nullable String tenant) {
  static final String PREFIX = "notify.web.send";

  SendApi api() {
    return Options.build(PREFIX, SendWebProperties.class, this::build);
  }

  private SendApi build() {
    SendApi.Builder builder = SendApi.builder();
    apps.forEach(
        (app, text) ->
            Options.set(
                Options.secret(PREFIX + ".apps." + app, text), key -> builder.app(app, key)));
    // More than an int holds is more than the builder takes, too.
    Options.set(
        maxBody, size -> builder.maxBody((int) Math.min(size.toBytes(), Integer.MAX_VALUE)));
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
