package dev.notifykit.tracking;

import static dev.notifykit.tracking.LinksFixture.DELIVERY;
import static dev.notifykit.tracking.LinksFixture.OTHER_SECRET;
import static dev.notifykit.tracking.LinksFixture.SECRET;
import static dev.notifykit.tracking.LinksFixture.changed;
import static dev.notifykit.tracking.LinksFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.policy.Preference;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.memory.InMemoryStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class UnsubscribeEndpointTest {
  private static final String BASE = "https://n.example.com/u";

  private final InMemoryStore store = InMemoryStore.create();
  private final UnsubscribeLinks links = builder().build();
  private final Endpoint endpoint = new UnsubscribeEndpoint(links, store, store.tracking());
  private final String link =
      links.url(new UnsubscribeLinks.Scope("acme", "user:42 é", "news", Channel.EMAIL, DELIVERY));

  private static UnsubscribeLinks.Builder builder() {
    return UnsubscribeLinks.builder().baseUrl(BASE).key(SECRET);
  }

  private java.util.Collection<Preference> choices() {
    return store.preferences().find("acme", "user:42 é").choices();
  }

  private static WebhookRequest oneClick(String url) {
    return WebhookRequest.builder("POST", url)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  @Test
  void aPostOptsOutOfTheCategoryOnTheChannel() {
    HttpReply reply = endpoint.answer(oneClick(link));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).containsEntry("Cache-Control", "no-store");
    assertThat(choices())
        .containsExactly(new Preference(Channel.EMAIL, "news", null, /* optedIn= */ false));
    assertThat(store.tracking().events("acme", DELIVERY))
        .extracting(TrackingEvent::kind)
        .containsExactly(TrackingEvent.Kind.UNSUBSCRIBED);
    assertThat(store.preferences().find("", "user:42 é").choices()).isEmpty();
    assertThat(endpoint.answer(oneClick(link))).usingRecursiveComparison().isEqualTo(reply);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void lookingChangesNothing(String method) {
    HttpReply reply = endpoint.answer(request(method, link));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(choices()).isEmpty();
    assertThat(store.tracking().events("acme", DELIVERY)).isEmpty();
    String page = new String(reply.body(), StandardCharsets.UTF_8);
    assertThat(page.contains("<form method=\"post\">")).isEqualTo(method.equals("GET"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS"})
  void otherMethodsAreRefused(String method) {
    assertThat(endpoint.answer(request(method, link)).status()).isEqualTo(405);
    assertThat(choices()).isEmpty();
  }

  @Test
  void everyTokenIsAnsweredAlike() {
    HttpReply right = endpoint.answer(oneClick(link));
    HttpReply page = endpoint.answer(request("GET", link));
    store.preferences().put("acme", "user:42 é", new Preference(Channel.EMAIL, "news", null, true));
    for (int i = BASE.length() + 1; i < link.length(); i++) {
      String other = changed(link, i);
      assertThat(endpoint.answer(oneClick(other))).usingRecursiveComparison().isEqualTo(right);
      assertThat(endpoint.answer(request("GET", other))).usingRecursiveComparison().isEqualTo(page);
    }
    assertThat(endpoint.answer(oneClick(BASE + "/"))).usingRecursiveComparison().isEqualTo(right);
    assertThat(choices()).allMatch(Preference::optedIn);
  }

  @Test
  void anEarlierKeyVerifiesAndAForgottenOneDoesNot() {
    UnsubscribeLinks forgot = UnsubscribeLinks.builder().baseUrl(BASE).key(OTHER_SECRET).build();
    new UnsubscribeEndpoint(forgot, store, store.tracking()).answer(oneClick(link));
    assertThat(choices()).isEmpty();
    UnsubscribeLinks rotated =
        UnsubscribeLinks.builder().baseUrl(BASE).key(OTHER_SECRET).previousKey(SECRET).build();
    new UnsubscribeEndpoint(rotated, store, store.tracking()).answer(oneClick(link));
    assertThat(choices()).hasSize(1);
  }

  @Test
  void aLargeBodyIsRefusedWithoutBeingRead() throws IOException {
    ByteArrayInputStream stream = new ByteArrayInputStream(new byte[100_000]);
    WebhookRequest large =
        WebhookRequest.builder("POST", link).body(stream, endpoint.maxBody()).build();
    assertThat(stream.available()).isEqualTo(100_000 - endpoint.maxBody() - 1);
    assertThat(endpoint.answer(large).status()).isEqualTo(413);
    assertThat(choices()).isEmpty();
  }

  @Test
  void thePagesCanBeTheApplicationsOwn() {
    UnsubscribeLinks own = builder().confirmPage("<p>정말?</p>").donePage("<p>네</p>").build();
    Endpoint pages = new UnsubscribeEndpoint(own, store, store.tracking());
    assertThat(pages.answer(request("GET", link)).body())
        .isEqualTo("<p>정말?</p>".getBytes(StandardCharsets.UTF_8));
    assertThat(pages.answer(oneClick(link)).body())
        .isEqualTo("<p>네</p>".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> builder().baseUrl("http://localhost/u").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("https");
    assertThatThrownBy(() -> UnsubscribeLinks.builder().baseUrl(BASE).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unsubscribe.key");
    assertThatThrownBy(() -> builder().donePage(" ")).isInstanceOf(ConfigurationException.class);
  }
}
