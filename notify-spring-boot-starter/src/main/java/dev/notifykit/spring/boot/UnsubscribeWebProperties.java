package dev.notifykit.spring.boot;

import dev.notifykit.tracking.UnsubscribeLinks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * Links by which a recipient leaves a category.
 *
 * @param enabled whether mails have them
 * @param path where they lead, below the public address
 * @param key the secret that signs them: at least 32 random bytes in Base64, the same on every node
 * @param previousKeys secrets that signed before, whose links go on to work
 * @param confirmPage the HTML page that asks; one in English unless set
 * @param donePage the HTML page that says that it is done; one in English unless set
 */
@ConfigurationProperties("notify.web.unsubscribe")
record UnsubscribeWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/u") String path,
    @Nullable String key,
    @DefaultValue List<String> previousKeys,
    @Nullable Resource confirmPage,
    @Nullable Resource donePage) {
  static final String PREFIX = "notify.web.unsubscribe";

  UnsubscribeLinks links(WebProperties web) {
    return Options.build(PREFIX, UnsubscribeWebProperties.class, () -> build(web));
  }

  private UnsubscribeLinks build(WebProperties web) {
    UnsubscribeLinks.Builder builder =
        UnsubscribeLinks.builder().baseUrl(web.secureAddress(PREFIX + ".path", path));
    Options.set(Options.secret(PREFIX + ".key", key), builder::key);
    previousKeys.forEach(
        text -> Options.set(Options.secret(PREFIX + ".previous-keys", text), builder::previousKey));
    Options.set(page("confirm-page", confirmPage), builder::confirmPage);
    Options.set(page("done-page", donePage), builder::donePage);
    return builder.build();
  }

  private static @Nullable String page(String name, @Nullable Resource file) {
    return file == null
        ? null
        : new String(Options.bytes(PREFIX + "." + name, file), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
