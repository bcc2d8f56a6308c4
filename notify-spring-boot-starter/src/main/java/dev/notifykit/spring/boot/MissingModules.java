package dev.notifykit.spring.boot;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Refuses properties of a provider or endpoint whose module is not there, which nothing else would
 * read.
 */
final class MissingModules implements InitializingBean {
  private record Module(String artifact, String type) {}

  private static final Module EMAIL =
      new Module("notify-email", "dev.notifykit.email.SmtpProvider");
  private static final Module SMS = new Module("notify-sms", "dev.notifykit.sms.TwilioProvider");
  private static final Map<String, Module> MODULES =
      Map.ofEntries(
          entry("notify.email.smtp", EMAIL),
          entry("notify.email.sendgrid", EMAIL),
          entry("notify.email.mailchimp", EMAIL),
          entry("notify.sms.twilio", SMS),
          entry("notify.sms.vonage", SMS),
          entry("notify.push.apns", new Module("notify-apns", "dev.notifykit.apns.ApnsProvider")),
          entry("notify.push.fcm", new Module("notify-fcm", "dev.notifykit.fcm.FcmProvider")),
          entry("notify.web.sendgrid", EMAIL),
          entry("notify.web.mailchimp", EMAIL),
          entry("notify.web.twilio", SMS),
          entry("notify.web.vonage", SMS));

  private final Environment environment;
  private final @Nullable ClassLoader classLoader;

  MissingModules(Environment environment, @Nullable ClassLoader classLoader) {
    this.environment = environment;
    this.classLoader = classLoader;
  }

  @Override
  public void afterPropertiesSet() {
    MODULES.forEach(this::check);
  }

  /** Providers are on once they are set up, endpoints only when they are enabled. */
  private static boolean isEndpoint(String prefix) {
    return prefix.startsWith("notify.web.");
  }

  private void check(String prefix, Module module) {
    if (OnProperties.isSet(environment, prefix)
        && environment.getProperty(prefix + ".enabled", Boolean.class, !isEndpoint(prefix))
        && !ClassUtils.isPresent(module.type(), classLoader)) {
      throw new PropertyRefusedException(
          List.of(prefix),
          "it is set, but its module is not on the class path; add the dependency"
              + " dev.notifykit:"
              + module.artifact()
              + ", or set "
              + prefix
              + ".enabled to false",
          null);
    }
  }
}
