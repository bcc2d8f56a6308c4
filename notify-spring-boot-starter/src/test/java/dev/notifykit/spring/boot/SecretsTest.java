package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.test.fcm.FakeFcmServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What is secret is shown by no endpoint, however it was set and whatever they are told to show.
 */
@Timeout(120)
class SecretsTest {
  private static final String CANARY = "canary";

  /** A secret of 36 bytes that shows the canary as it is written. */
  private static final String BASE64 = CANARY.repeat(8);

  private static final Pattern SOUNDS_SECRET =
      Pattern.compile(".*(password|secret|token|keys?|credentials|uris)");

  /** Contradicts another of the list, and so is in an application of its own. */
  private static final Map<String, String> ALTERNATIVES =
      new TreeMap<>(
          Map.of(
              "notify.sms.twilio.api-key-sid", "SKfa0e0000000000000000000000000001",
              "notify.sms.twilio.api-key-secret", CANARY + 11,
              "notify.push.apns.certificate-password", CANARY + 12));

  private static final Map<String, String> SECRETS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("notify.email.smtp.password", CANARY + 1),
              Map.entry("notify.email.sendgrid.api-key", "SG." + CANARY + 2),
              Map.entry("notify.email.mailchimp.api-key", CANARY + 3),
              Map.entry("notify.sms.twilio.auth-token", CANARY + 4),
              Map.entry("notify.sms.vonage.api-key", CANARY + 5),
              Map.entry("notify.sms.vonage.api-secret", CANARY + 6),
              Map.entry("notify.web.twilio.auth-token", CANARY + 7),
              Map.entry("notify.web.vonage.signature-secret", CANARY + 8),
              Map.entry("notify.web.mailchimp.webhook-key", CANARY + 9),
              Map.entry("notify.web.tracking.key", BASE64),
              Map.entry("notify.web.tracking.previous-keys", BASE64),
              Map.entry("notify.web.unsubscribe.key", BASE64),
              Map.entry("notify.web.unsubscribe.previous-keys", BASE64),
              Map.entry("notify.web.send.apps.warehouse", BASE64),
              Map.entry("notify.store.redis.sentinel-password", CANARY + 13),
              Map.entry(
                  "notify.store.redis.uris", "redis://user:" + CANARY + "10@localhost:6379")));

  /** Public by nature: it checks signatures and makes none. */
  private static final Set<String> NO_SECRETS = Set.of("notify.web.sendgrid.verification-key");

  @TempDir static Path directory;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class App {}

  private static List<String> settings(Map<String, String> secrets) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "server.port=0",
                "spring.jmx.enabled=false",
                "spring.datasource.url=jdbc:h2:mem:secrets;WRITE_DELAY=0",
                "notify.store.type=memory",
                "notify.auto-startup=false",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.configprops.show-values=always",
                "management.endpoint.env.show-values=always",
                "notify.email.smtp.host=localhost",
                "notify.email.smtp.username=visible-user",
                "notify.email.smtp.from=visible@example.com",
                "notify.email.sendgrid.from=visible@example.com",
                "notify.email.mailchimp.from=visible@example.com",
                "notify.sms.twilio.account-sid=ACfa0e0000000000000000000000000001",
                "notify.sms.twilio.from=+15005550006",
                "notify.sms.vonage.from=Visible",
                "notify.push.apns.topics=com.example.visible",
                "notify.web.public-url=https://visible.example.com",
                "notify.web.tracking.enabled=true",
                "notify.web.unsubscribe.enabled=true",
                "notify.web.send.enabled=true",
                "notify.web.twilio.enabled=true",
                "notify.web.vonage.enabled=true",
                "notify.web.mailchimp.enabled=true"));
    secrets.forEach((name, value) -> settings.add(name + "=" + value));
    return settings;
  }

  private static List<String> withKeys(List<String> settings, FakeFcmServer google) {
    List<String> all = new ArrayList<>(settings);
    all.add("notify.push.apns.key-id=ABCDEFGHIJ");
    all.add("notify.push.apns.team-id=KLMNOPQRST");
    all.add("notify.push.apns.signing-key=" + ProvidersFromPropertiesTest.p8());
    all.add("notify.push.fcm.endpoint=" + google.url());
    all.add("notify.push.fcm.credentials=" + google.credentials());
    return all;
  }

  private static void assertNothingIsShown(List<String> settings, String source) {
    SpringApplicationBuilder application = new SpringApplicationBuilder(App.class);
    Map<String, Object> map = new TreeMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      map.put(name(source, setting.substring(0, equals)), setting.substring(equals + 1));
    }
    application.initializers(
        context ->
            context
                .getEnvironment()
                .getPropertySources()
                .addFirst(
                    source.equals("systemEnvironment")
                        ? new SystemEnvironmentPropertySource(source, map)
                        : new MapPropertySource(source, map)));
    try (ConfigurableApplicationContext context = application.run()) {
      Http http = new Http(context);
      List<String> paths = new ArrayList<>(List.of("configprops", "env", "configprops/notify"));
      SECRETS.keySet().forEach(secret -> paths.add("env/" + secret));
      for (String path : paths) {
        Http.Answer answer = http.get("/actuator/" + path);
        assertThat(answer.status()).as(path).isIn(200, 404);
        assertThat(answer.body())
            .as(path)
            .doesNotContainIgnoringCase(CANARY)
            .doesNotContain("PRIVATE KEY");
      }
      assertThat(http.get("/actuator/configprops").body()).contains("visible@example.com");
      assertThat(http.get("/actuator/env").body()).contains("visible@example.com");
    }
  }

  /** The same name as each kind of source has it. */
  private static String name(String source, String property) {
    return switch (source) {
      case "systemEnvironment" ->
          property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
      case "camelCase" -> camelCase(property);
      default -> property;
    };
  }

  private static String camelCase(String property) {
    return Pattern.compile("-([a-z])")
        .matcher(property)
        .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  @Test
  void propertiesAsInAFile() {
    try (FakeFcmServer google = FakeFcmServer.start()) {
      assertNothingIsShown(withKeys(settings(SECRETS), google), "file");
    }
  }

  @Test
  void propertiesInCamelCase() {
    try (FakeFcmServer google = FakeFcmServer.start()) {
      assertNothingIsShown(withKeys(settings(SECRETS), google), "camelCase");
    }
  }

  @Test
  void variablesOfTheEnvironment() {
    try (FakeFcmServer google = FakeFcmServer.start()) {
      assertNothingIsShown(withKeys(settings(SECRETS), google), "systemEnvironment");
    }
  }

  @Test
  void theOtherCredentials() throws Exception {
    Map<String, String> secrets = new TreeMap<>(ALTERNATIVES);
    secrets.put("notify.web.twilio.auth-token", CANARY + 7);
    secrets.put("notify.web.vonage.signature-secret", CANARY + 8);
    secrets.put("notify.web.mailchimp.webhook-key", CANARY + 9);
    secrets.put("notify.web.tracking.key", BASE64);
    secrets.put("notify.web.unsubscribe.key", BASE64);
    secrets.put("notify.web.send.apps.warehouse", BASE64);
    secrets.put("notify.push.apns.certificate-location", pkcs12(CANARY + 12).toUri().toString());
    List<String> settings = settings(secrets);
    settings.removeIf(s -> s.matches("notify[.](email|sms[.]vonage)[.].*"));
    settings.add("notify.templates.message-prefix=visible@example.com");
    assertNothingIsShown(settings, "file");
  }

  private static Path pkcs12(String password) throws Exception {
    Path file = directory.resolve("certificate.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "apns",
                "-dname",
                "CN=apns",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    assertThat(KeyStore.getInstance(file.toFile(), password.toCharArray()).size()).isOne();
    return file;
  }

  @Test
  void everyPropertyThatSoundsSecretIsAmongThem() throws IOException {
    Set<String> sounding = new TreeSet<>();
    for (String name : SpringBootDocTest.metadata().keySet()) {
      if (SOUNDS_SECRET.matcher(name).matches()) {
        sounding.add(name);
      }
    }
    Set<String> tested = new TreeSet<>(SECRETS.keySet());
    tested.addAll(ALTERNATIVES.keySet());
    tested.remove("notify.sms.twilio.api-key-sid");
    tested.remove("notify.web.send.apps.warehouse"); // whose name is the user's
    tested.addAll(Set.of("notify.push.apns.signing-key", "notify.push.fcm.credentials"));
    tested.addAll(NO_SECRETS);
    assertThat(tested).isEqualTo(sounding);
  }
}
