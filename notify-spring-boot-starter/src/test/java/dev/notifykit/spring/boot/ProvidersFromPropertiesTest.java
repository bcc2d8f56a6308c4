package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.NotificationClient;
import dev.notifykit.apns.ApnsProvider;
import dev.notifykit.email.MailchimpProvider;
import dev.notifykit.email.SendGridProvider;
import dev.notifykit.email.SmtpProvider;
import dev.notifykit.fcm.FcmProvider;
import dev.notifykit.provider.Provider;
import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.sms.VonageProvider;
import dev.notifykit.test.fcm.FakeFcmServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;

@Timeout(60)
class ProvidersFromPropertiesTest {
  private static final String SID =
      "notify.sms.twilio.account-sid=ACfa0e0000000000000000000000000001";

  static String p8() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> complete() {
    return Stream.of(
        Arguments.of(
            SmtpProvider.class,
            "smtp",
            List.of("notify.email.smtp.host=localhost", "notify.email.smtp.from=shop@example.com")),
        Arguments.of(
            SendGridProvider.class,
            "sendgrid",
            List.of(
                "notify.email.sendgrid.api-key=SG.k", "notify.email.sendgrid.from=s@example.com")),
        Arguments.of(
            MailchimpProvider.class,
            "mailchimp",
            List.of(
                "notify.email.mailchimp.api-key=md-k",
                "notify.email.mailchimp.from=s@example.com")),
        Arguments.of(
            TwilioProvider.class,
            "twilio",
            List.of(
                SID,
                "notify.sms.twilio.auth-token=t",
                "notify.sms.twilio.from=+15005550006",
                "notify.sms.twilio.from-by-country.GB=Shop",
                "notify.sms.twilio.allowed-countries=US,GB")),
        Arguments.of(
            VonageProvider.class,
            "vonage",
            List.of(
                "notify.sms.vonage.api-key=k",
                "notify.sms.vonage.api-secret=s",
                "notify.sms.vonage.from=Shop")),
        Arguments.of(
            ApnsProvider.class,
            "apns",
            List.of(
                "notify.push.apns.signing-key=" + p8(),
                "notify.push.apns.key-id=ABCDEFGHIJ",
                "notify.push.apns.team-id=KLMNOPQRST",
                "notify.push.apns.topics=com.example.shop",
                "notify.push.apns.server=localhost:2197",
                "notify.push.apns.proxy=localhost:3128")));
  }

  @ParameterizedTest
  @MethodSource("complete")
  void providerIsMadeFromItsProperties(
      Class<? extends Provider> type, String name, List<String> properties) {
    Boot.runner()
        .withPropertyValues(properties.toArray(String[]::new))
        .run(
            context -> {
              assertThat(context).hasSingleBean(type);
              assertThat(context.getBean(NotificationClient.class).stats().providers())
                  .anyMatch(provider -> provider.name().equals(name));
            });
  }

  @ParameterizedTest
  @MethodSource("complete")
  void providerIsNotMadeWithoutItsProperties(Class<? extends Provider> type) {
    Boot.runner().run(context -> assertThat(context).doesNotHaveBean(type).hasNotFailed());
  }

  @ParameterizedTest
  @MethodSource("complete")
  void providerThatIsSwitchedOffIsNotMade(
      Class<? extends Provider> type, String name, List<String> properties) {
    String prefix = properties.get(0).substring(0, properties.get(0).lastIndexOf('.'));
    prefix = properties.get(0).split("=")[0].replaceAll("[.][^.]*$", "");
    Boot.runner()
        .withPropertyValues(properties.toArray(String[]::new))
        .withPropertyValues(prefix + ".enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(type).hasNotFailed());
  }

  @ParameterizedTest
  @MethodSource("complete")
  void propertiesWithoutTheirModuleStopTheStart(
      Class<? extends Provider> type, String name, List<String> properties) {
    Boot.runner()
        .withClassLoader(
            new FilteredClassLoader(
                "dev.notifykit.email",
                "dev.notifykit.sms",
                "dev.notifykit.apns",
                "dev.notifykit.fcm"))
        .withPropertyValues(properties.toArray(String[]::new))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining(
                        "is not on the class path; add the dependency" + " dev.notifykit:notify-"));
  }

  @Test
  void lazyApplicationIsToldOfTheMissingModuleAtItsStart() {
    Boot.lazy(Boot.runner())
        .withClassLoader(new FilteredClassLoader("dev.notifykit.sms"))
        .withPropertyValues("notify.sms.vonage.from=Shop")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("dev.notifykit:notify-sms"));
  }

  @Test
  void withoutModulesTheClientIsThereAllTheSame() {
    Boot.runner()
        .withClassLoader(
            new FilteredClassLoader(
                "dev.notifykit.email",
                "dev.notifykit.sms",
                "dev.notifykit.apns",
                "dev.notifykit.fcm"))
        .run(context -> assertThat(context).hasSingleBean(NotificationClient.class));
  }

  @Test
  void fcmIsMadeFromAKeyFile(@TempDir Path directory) throws IOException {
    try (FakeFcmServer server = FakeFcmServer.start()) {
      Path key = Files.writeString(directory.resolve("key.json"), server.credentials());
      Boot.runner()
          .withPropertyValues(
              "notify.push.fcm.credentials-location=" + key.toUri(),
              "notify.push.fcm.endpoint=" + server.url())
          .run(context -> assertThat(context).hasSingleBean(FcmProvider.class));
    }
  }

  @Test
  void keyThatIsGivenTwiceStopsTheStart() {
    Boot.runner()
        .withPropertyValues(
            "notify.push.fcm.credentials={}", "notify.push.fcm.credentials-location=file:/none")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessage(
                        "notify.push.fcm.credentials, notify.push.fcm.credentials-location:"
                            + " both are set; set one of them"));
  }

  @Test
  void usersProviderWins() {
    SmtpProvider own = SmtpProvider.builder().host("localhost").from("own@example.com").build();
    Boot.runner()
        .withBean(SmtpProvider.class, () -> own)
        .withPropertyValues("notify.email.smtp.host=localhost")
        .run(context -> assertThat(context.getBean(SmtpProvider.class)).isSameAs(own));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            List.of("notify.email.smtp.host=localhost"), "notify.email.smtp.from", "from is"),
        Arguments.of(
            List.of("notify.email.smtp.from=shop@example.com"), "notify.email.smtp.host", "host"),
        Arguments.of(
            List.of(
                "notify.email.smtp.host=localhost",
                "notify.email.smtp.from=s@example.com",
                "notify.email.smtp.pool-size=0"),
            "notify.email.smtp.pool-size",
            "it must be from 1 to 100"),
        Arguments.of(
            List.of(
                "notify.email.smtp.host=localhost",
                "notify.email.smtp.from=s@example.com",
                "notify.email.smtp.username=u"),
            "notify.email.smtp.username and notify.email.smtp.password",
            "belong together"),
        Arguments.of(
            List.of("notify.email.smtp.host=localhost", "notify.email.smtp.ssl-bundle=none"),
            "notify.email.smtp.ssl-bundle",
            "there is no SSL bundle 'none'"),
        Arguments.of(
            List.of("notify.email.sendgrid.from=s@example.com"),
            "notify.email.sendgrid.api-key",
            "apiKey"),
        Arguments.of(List.of(SID), "notify.sms.twilio.auth-token", "authToken"),
        Arguments.of(
            List.of(SID, "notify.sms.twilio.api-key-sid=SK1"),
            "notify.sms.twilio.api-key-sid and notify.sms.twilio.api-key-secret",
            "belong together"),
        Arguments.of(
            List.of("notify.push.apns.key-id=ABCDEFGHIJ"), "notify.push.apns.topics", "topic"),
        Arguments.of(
            List.of("notify.push.apns.topics=com.example", "notify.push.apns.server=nowhere"),
            "notify.push.apns.server",
            "host:port"),
        Arguments.of(
            List.of("notify.push.apns.topics=a.b", "notify.push.apns.certificate-password=secret"),
            "notify.push.apns.certificate-location",
            "is missing"),
        Arguments.of(
            List.of("notify.push.fcm.project-id=demo"), "notify.push.fcm.credentials", "missing"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void analysisNamesThePropertyToSet(List<String> properties, String named, String reason) {
    Boot.runner()
        .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
        .withPropertyValues(properties.toArray(String[]::new))
        .run(
            context -> {
              assertThat(context).hasFailed();
              FailureAnalysis analysis =
                  new PropertyRefusedFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis).isNotNull();
              assertThat(analysis.getDescription()).contains(named).contains(reason);
              assertThat(analysis.getAction()).contains(named);
            });
  }

  @ParameterizedTest
  @CsvSource({"host, a b", "port, 99999"})
  void analysisNamesNoOtherProperty(String option, String value) {
    Boot.runner()
        .withPropertyValues(
            "notify.email.smtp.host=localhost",
            "notify.email.smtp.from=s@example.com",
            "notify.email.smtp." + option + "=" + value)
        .run(
            context ->
                assertThat(
                        new PropertyRefusedFailureAnalyzer()
                            .analyze(context.getStartupFailure())
                            .getAction())
                    .isEqualTo("Set or correct notify.email.smtp." + option + "."));
  }

  @Test
  void refusalDoesNotShowASecret() {
    Boot.runner()
        .withPropertyValues(SID, "notify.sms.twilio.auth-token=canary secret")
        .run(
            context ->
                assertThat(context).getFailure().rootCause().message().doesNotContain("canary"));
  }

  /** As where a variable of the environment holds the key and not the name of its file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "notify.push.apns.signing-key-location=-----BEGIN PRIVATE KEY-----\ncanary",
        "notify.push.fcm.credentials-location={\"private_key\": \"canary\"}"
      })
  void keyInPlaceOfItsFileIsNotShown(String property) {
    Boot.runner()
        .withPropertyValues(property)
        .run(
            context -> {
              StringWriter shown = new StringWriter();
              context.getStartupFailure().printStackTrace(new PrintWriter(shown));
              assertThat(shown.toString())
                  .contains("-location: its file cannot be read")
                  .doesNotContain("canary");
            });
  }
}
