package dev.notifykit.tracking;

import static dev.notifykit.tracking.LinksFixture.DELIVERY;
import static dev.notifykit.tracking.LinksFixture.OTHER_SECRET;
import static dev.notifykit.tracking.LinksFixture.SECRET;
import static dev.notifykit.tracking.LinksFixture.changed;
import static dev.notifykit.tracking.LinksFixture.get;
import static dev.notifykit.tracking.LinksFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.memory.InMemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class LinkEndpointTest {
  private static final String BASE = "https://n.example.com/t";
  private static final String SHOP = "https://shop.example/orders?a=1&b=2";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T00:00:00Z"));
  private final InMemoryStore store = InMemoryStore.builder().clock(now::get).build();
  private final TrackingLinks links = builder().opens().build();
  private final Endpoint endpoint = new LinkEndpoint(links, store.tracking(), store.clock());

  private static TrackingLinks.Builder builder() {
    return TrackingLinks.builder().baseUrl(BASE).key(SECRET);
  }

  private String link() {
    return links.tracked("acme", DELIVERY, SHOP);
  }

  private List<TrackingEvent> events() {
    return store.tracking().events("acme", DELIVERY);
  }

  private static void assertRefused(HttpReply reply) {
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.headers()).doesNotContainKey("Location");
  }

  @Test
  void aLinkIsRecordedAndLeadsOn() {
    HttpReply reply = endpoint.answer(get(link()));
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.headers())
        .containsEntry("Location", SHOP)
        .containsEntry("Cache-Control", "no-store")
        .containsEntry("Referrer-Policy", "no-referrer");
    assertThat(events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.kind()).isEqualTo(TrackingEvent.Kind.CLICKED);
              assertThat(event.detail()).isEqualTo(SHOP);
              assertThat(event.at()).isEqualTo(now.get());
            });
    assertThat(store.tracking().events("", DELIVERY)).isEmpty();
    assertThat(store.tracking().events("other", DELIVERY)).isEmpty();
  }

  @Test
  void anOpeningIsRecordedAndGetsAnImage() {
    HttpReply reply = endpoint.answer(get(links.pixel("acme", DELIVERY).orElseThrow()));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).containsEntry("Content-Type", "image/gif");
    assertThat(new String(reply.body(), 0, 6, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("GIF89a");
    assertThat(events()).extracting(TrackingEvent::kind).containsOnly(TrackingEvent.Kind.OPENED);
  }

  @Test
  void openingsAreNotTrackedUnlessAskedFor() {
    assertThat(builder().build().pixel("acme", DELIVERY)).isEmpty();
  }

  @Test
  void aMailProgramMayAddAQuery() {
    assertThat(endpoint.answer(get(link() + "?utm_source=x")).status()).isEqualTo(302);
  }

  @Test
  void noChangedCharacterOfATokenPasses() {
    String link = link();
    for (int i = BASE.length() + 1; i < link.length(); i++) {
      assertRefused(endpoint.answer(get(changed(link, i))));
    }
    for (int end = BASE.length() + 1; end < link.length(); end++) {
      assertRefused(endpoint.answer(get(link.substring(0, end))));
    }
    assertRefused(endpoint.answer(get(link + "A")));
    assertThat(events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c",
        "o",
        "c.",
        "c..",
        "c...",
        "x",
        "c%00",
        "c.a.b",
        "ca.b.c",
        "c=.=.=",
        "c//evil.example",
        "c?url=https://evil.example",
        "..",
        "chttps://evil.example"
      })
  void nonsenseIsRefused(String token) {
    assertRefused(endpoint.answer(get(BASE + "/" + token)));
  }

  @Test
  void aTokenIsForOnePurposeOnly() {
    String click = link().substring(BASE.length() + 1);
    String open = links.pixel("acme", DELIVERY).orElseThrow().substring(BASE.length() + 1);
    assertRefused(endpoint.answer(get(BASE + "/o" + click.substring(1))));
    assertRefused(endpoint.answer(get(BASE + "/c" + open.substring(1))));
    UnsubscribeLinks unsubscribe =
        UnsubscribeLinks.builder().baseUrl("https://n.example.com/u").key(SECRET).build();
    String leave =
        unsubscribe.url(
            new UnsubscribeLinks.Scope(
                "acme", "ann", "news", dev.notifykit.Channel.EMAIL, DELIVERY));
    String token = leave.substring(leave.lastIndexOf('/') + 1);
    assertRefused(endpoint.answer(get(BASE + "/c" + token)));
    assertThat(unsubscribe.read("https://n.example.com/u/" + click.substring(1))).isEmpty();
    assertThat(unsubscribe.read("https://n.example.com/u/" + open.substring(1))).isEmpty();
  }

  /** The same text under the same secret: it is the key that tells the purposes apart. */
  @Test
  void aTextThatWasSignedForAnotherPurposeIsRefused() {
    KeyRing.Secrets secrets = new KeyRing.Secrets("test");
    secrets.current(SECRET);
    byte[] payload = TokenText.of(DELIVERY, "acme", SHOP).toBytes();
    assertThat(endpoint.answer(get(BASE + "/c" + secrets.ring("click").sign(payload))).status())
        .isEqualTo(302);
    assertRefused(endpoint.answer(get(BASE + "/c" + secrets.ring("open").sign(payload))));
    assertRefused(endpoint.answer(get(BASE + "/c" + secrets.ring("unsubscribe").sign(payload))));
  }

  /** The key of clicks, in wrong hands or in a shared configuration, signs no way out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "https://shop.example@evil.example/",
        "https://shop.example\\@evil.example",
        "javascript:alert(1)",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "/orders",
        ""
      })
  void aSignedDestinationIsCheckedAgain(String destination) {
    KeyRing.Secrets secrets = new KeyRing.Secrets("test");
    secrets.current(SECRET);
    byte[] payload = TokenText.of(DELIVERY, "acme", destination).toBytes();
    assertRefused(endpoint.answer(get(BASE + "/c" + secrets.ring("click").sign(payload))));
    assertThat(events()).isEmpty();
  }

  @Test
  void otherHostsAreNeitherTrackedNorLedToWhereHostsAreNamed() {
    TrackingLinks some = builder().hosts("Shop.example").build();
    assertThat(some.tracked("acme", DELIVERY, SHOP)).startsWith(BASE + "/c");
    assertThat(some.tracked("acme", DELIVERY, "https://evil.example/"))
        .isEqualTo("https://evil.example/");
    String before = links.tracked("acme", DELIVERY, "https://evil.example/");
    assertThat(before).startsWith(BASE);
    assertRefused(new LinkEndpoint(some, store.tracking(), store.clock()).answer(get(before)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example",
        "shop.example:8443",
        "*.shop.example",
        "büro.example",
        "/"
      })
  void aHostThatNoLinkCanLeadToIsRefused(String name) {
    assertThatThrownBy(() -> builder().hosts(name))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("links.hosts");
  }

  @Test
  void aHostInOtherLettersIsTrackedAsItsALabels() {
    String link = "https://büro.example/";
    assertThat(links.tracked("acme", DELIVERY, link)).isEqualTo(link);
    TrackingLinks some = builder().hosts("xn--bro-hoa.example").build();
    assertThat(some.tracked("acme", DELIVERY, "https://xn--bro-hoa.example/")).startsWith(BASE);
  }

  @Test
  void whatAProviderReportsShowsNoLink() {
    Origin origin = new Origin("1", "sendgrid", null, DELIVERY, null, now.get());
    WebhookEvent clicked = new WebhookEvent.Clicked(origin, SHOP + "&token=SECRET");
    assertThat(new WebhookResult.Accepted(200, List.of(clicked)).toString())
        .contains(DELIVERY.toString())
        .doesNotContain("SECRET");
  }

  @Test
  void anEarlierKeyVerifiesAndAForgottenOneDoesNot() {
    String before = link();
    TrackingLinks rotated =
        TrackingLinks.builder().baseUrl(BASE).key(OTHER_SECRET).previousKey(SECRET).build();
    assertThat(rotated.tracked("acme", DELIVERY, SHOP)).isNotEqualTo(before);
    assertThat(
            new LinkEndpoint(rotated, store.tracking(), store.clock()).answer(get(before)).status())
        .isEqualTo(302);
    TrackingLinks forgot = TrackingLinks.builder().baseUrl(BASE).key(OTHER_SECRET).build();
    assertRefused(new LinkEndpoint(forgot, store.tracking(), store.clock()).answer(get(before)));
  }

  @Test
  void aLookAheadIsAnsweredAndNotRecorded() {
    HttpReply head = endpoint.answer(request("HEAD", link()));
    assertThat(head.status()).isEqualTo(302);
    assertThat(head.headers()).containsEntry("Location", SHOP);
    WebhookRequest prefetch =
        WebhookRequest.builder("GET", link()).header("Sec-Purpose", "prefetch;prerender").build();
    assertThat(endpoint.answer(prefetch).status()).isEqualTo(302);
    HttpReply pixel = endpoint.answer(request("HEAD", links.pixel("acme", DELIVERY).orElseThrow()));
    assertThat(pixel.body()).isEmpty();
    assertThat(events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void otherMethodsAreRefused(String method) {
    HttpReply reply = endpoint.answer(request(method, link()));
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers()).containsEntry("Allow", "GET, HEAD").doesNotContainKey("Location");
    assertThat(events()).isEmpty();
  }

  @Test
  void aLinkCountsOnceAMinute() {
    for (int i = 0; i < 100; i++) {
      endpoint.answer(get(link()));
    }
    assertThat(events()).hasSize(1);
    now.set(now.get().plusSeconds(60));
    endpoint.answer(get(link()));
    endpoint.answer(get(links.tracked("acme", DELIVERY, "https://shop.example/other")));
    assertThat(events()).hasSize(3);
  }

  @Test
  void whatIsNotToBeTrackedStaysAsItIs() {
    for (String url :
        List.of("mailto:a@shop.example", "/orders", "#top", "tel:+14155550100", link())) {
      assertThat(links.tracked("acme", DELIVERY, url)).isEqualTo(url);
    }
  }

  @Test
  void everyDeliveryHasALinkOfItsOwn() {
    assertThat(links.tracked("acme", DELIVERY, SHOP)).isEqualTo(link());
    assertThat(links.tracked("other", DELIVERY, SHOP)).isNotEqualTo(link());
    assertThat(links.tracked("acme", new UUID(1, 3), SHOP)).isNotEqualTo(link());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n.example.com/t",
        "http://n.example.com/t",
        "https://n.example.com/t?a=b",
        "https://n.example.com/#x",
        "https://u@n.example.com/",
        "https://n.example.com//t"
      })
  void aMalformedBaseUrlIsRefused(String baseUrl) {
    assertThatThrownBy(() -> TrackingLinks.builder().baseUrl(baseUrl).key(SECRET).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("links.baseUrl");
  }

  @Test
  void aShortOrMissingKeyIsRefusedAndNoKeyIsShown() {
    assertThatThrownBy(() -> TrackingLinks.builder().baseUrl(BASE).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("links.key");
    assertThatThrownBy(() -> TrackingLinks.builder().key(new byte[31]))
        .isInstanceOf(ConfigurationException.class);
    assertThat(TrackingLinks.builder().baseUrl("http://localhost:8080/t/").key(SECRET).build())
        .hasToString("TrackingLinks[http://localhost:8080/t]");
  }
}
