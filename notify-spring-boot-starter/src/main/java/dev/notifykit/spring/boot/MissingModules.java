package dev.notifykit.spring.boot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Refuses properties of a provider whose module is not there, which nothing else would read. */
final class MissingModules implements InitializingBean {
  private record Module(String artifact, String type) {}

  private static final Module EMAIL =
      new Module("notify-email", "dev.notifykit.email.SmtpProvider");
  private static final Module SMS = new Module("notify-sms", "dev.notifykit.sms.TwilioProvider");
  private static final Map<String, Module> MODULES =
      Map.of(
          "notify.email.smtp", EMAIL,
          "notify.email.sendgrid", EMAIL,
          "notify.email.mailchimp", EMAIL,
          "notify.sms.twilio", SMS,
          "notify.sms.vonage", SMS,
          "notify.push.apns", new Module("notify-apns", "dev.notifykit.apns.ApnsProvider"),
          "notify.push.fcm", new Module("notify-fcm", "dev.notifykit.fcm.FcmProvider"));

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

  private void check(String prefix, Module module) {
    if (OnProperties.isSet(environment, prefix)
        && environment.getProperty(prefix + ".enabled", Boolean.class, true)
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
