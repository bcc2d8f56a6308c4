package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.sms.TwilioWebhooks;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

@Timeout(60)
class WebPropertiesTest {
  private static final String PUBLIC = "notify.web.public-url=https://shop.example.com";
  private static final String TWILIO = "notify.web.twilio.enabled=true";
  private static final String TOKEN = "notify.web.twilio.auth-token=t";

  private static WebApplicationContextRunner runner() {
    return new WebApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(Boot.ours().toArray(Class<?>[]::new)));
  }

  @Test
  void tokenIsThatOfTheProviderUnlessSet() {
    runner()
        .withPropertyValues(
            PUBLIC,
            TWILIO,
            "notify.sms.twilio.account-sid=ACfa0e0000000000000000000000000001",
            "notify.sms.twilio.from=+15005550006",
            "notify.sms.twilio.auth-token=t")
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(TwilioWebhooks.class));
  }

  @Test
  void usersHandlerWins() {
    TwilioWebhooks own = TwilioWebhooks.builder().authToken("own").build();
    runner()
        .withBean(TwilioWebhooks.class, () -> own)
        .withPropertyValues(PUBLIC, TWILIO)
        .run(context -> assertThat(context.getBean(TwilioWebhooks.class)).isSameAs(own));
  }

  @Test
  void otherApplicationsHaveNoEndpoints() {
    Boot.runner()
        .withPropertyValues(PUBLIC, TWILIO, TOKEN)
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WebEndpoint.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reactiveApplicationIsToldThatTheyAreForMvc(boolean lazy) {
    ReactiveWebApplicationContextRunner reactive =
        new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(Boot.ours().toArray(Class<?>[]::new)));
    (lazy ? Boot.lazy(reactive) : reactive)
        .withPropertyValues(PUBLIC, TWILIO, TOKEN)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.web: its endpoints are for Spring MVC"));
  }

  @Test
  void endpointWithoutItsModuleStopsTheStart() {
    runner()
        .withClassLoader(new FilteredClassLoader("dev.notifykit.sms"))
        .withPropertyValues(PUBLIC, TWILIO, TOKEN)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.web.twilio: it is set, but its module"));
  }

  @Test
  void endpointThatIsNotEnabledNeedsNoModule() {
    runner()
        .withClassLoader(new FilteredClassLoader("dev.notifykit.sms"))
        .withPropertyValues(PUBLIC, TOKEN)
        .run(context -> assertThat(context).hasNotFailed());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(List.of(TWILIO, TOKEN), "notify.web.public-url", "is missing"),
        Arguments.of(
            List.of("notify.web.public-url=http://shop.example.com", TWILIO, TOKEN),
            "notify.web.public-url",
            "no https address"),
        Arguments.of(
            List.of("notify.web.public-url=https://u:p@shop.example.com", TWILIO, TOKEN),
            "notify.web.public-url",
            "no https address"),
        Arguments.of(
            List.of("notify.web.public-url=https://shop.example.com?a=1", TWILIO, TOKEN),
            "notify.web.public-url",
            "no https address"),
        Arguments.of(
            List.of("notify.web.public-url=shop.example.com", TWILIO, TOKEN),
            "notify.web.public-url",
            "no https address"),
        Arguments.of(List.of(PUBLIC, TWILIO), "notify.web.twilio.auth-token", "authToken"),
        Arguments.of(
            List.of(PUBLIC, TWILIO, TOKEN, "notify.web.twilio.path=/hooks/**"),
            "notify.web.twilio.path",
            "no path"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.send.enabled=true", "notify.web.send.max-body=3GB"),
            "notify.web.send.max-body",
            "16 MiB"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.vonage.enabled=true"),
            "notify.web.vonage.signature-secret",
            "signatureSecret"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.sendgrid.enabled=true"),
            "notify.web.sendgrid.verification-key",
            "verificationKey"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.mailchimp.enabled=true"),
            "notify.web.mailchimp.webhook-key",
            "webhookKey"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.tracking.enabled=true"), "notify.web.tracking.key", "key"),
        Arguments.of(
            List.of(
                PUBLIC, "notify.web.tracking.enabled=true", "notify.web.tracking.key=no base 64"),
            "notify.web.tracking.key",
            "it is not Base64"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.tracking.enabled=true", "notify.web.tracking.key=c2hvcnQ="),
            "notify.web.tracking.key",
            "32"),
        Arguments.of(
            List.of(
                PUBLIC,
                "notify.web.tracking.enabled=true",
                "notify.web.tracking.key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "notify.web.tracking.previous-keys=c2hvcnQ="),
            "notify.web.tracking.previous-keys",
            "32"),
        Arguments.of(
            List.of("notify.web.tracking.enabled=true"), "notify.web.public-url", "is missing"),
        Arguments.of(
            List.of(
                "notify.web.public-url=http://localhost:8080",
                "notify.web.unsubscribe.enabled=true",
                "notify.web.unsubscribe.key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            "notify.web.public-url",
            "notify.web.unsubscribe.path has to be under https"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.unsubscribe.enabled=true"),
            "notify.web.unsubscribe.key",
            "key"),
        Arguments.of(
            List.of(
                PUBLIC,
                "notify.web.unsubscribe.enabled=true",
                "notify.web.unsubscribe.key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "notify.web.unsubscribe.confirm-page=file:/nowhere"),
            "notify.web.unsubscribe.confirm-page",
            "cannot be read"),
        Arguments.of(
            List.of(PUBLIC, "notify.web.send.enabled=true"), "notify.web.send.apps", "app"),
        Arguments.of(
            List.of(
                PUBLIC,
                TWILIO,
                TOKEN,
                "notify.web.twilio.path=/hooks",
                "notify.web.mailchimp.enabled=true",
                "notify.web.mailchimp.webhook-key=k",
                "notify.web.mailchimp.path=/hooks"),
            "notify.web",
            "two endpoints have the path /hooks"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void analysisNamesThePropertyToSet(List<String> properties, String named, String reason) {
    runner()
        .withPropertyValues(properties.toArray(String[]::new))
        .run(
            context -> {
              assertThat(context).hasFailed();
              var analysis =
                  new PropertyRefusedFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis.getDescription()).contains("property " + named + ": ", reason);
            });
  }
}
