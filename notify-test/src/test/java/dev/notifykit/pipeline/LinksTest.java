package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.event.NotificationEvent.Tracked;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.Category;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.CapturedLogs;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.TrackingLinks;
import dev.notifykit.tracking.UnsubscribeLinks;
import dev.notifykit.tracking.WebhookRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links of messages, from the template to what following them changes. */
@Timeout(60)
class LinksTest {
  private static final String CLICK = "https://n.example.com/t/c";
  private static final String OPEN = "https://n.example.com/t/o";
  private static final String LEAVE = "https://n.example.com/u/";
  private static final Recipient ANN =
      Recipient.builder("ann").email("ann@example.com").phone("+14155550100").build();
  private static final Map<String, String> TEMPLATES =
      Map.ofEntries(
          Map.entry("news/email.subject", "News"),
          Map.entry(
              "news/email.html",
              "<p><a href=\"{{url}}\">read</a> <a href='mailto:a@shop.example'>write</a>"
                  + "<a href=\"https://plain.example/\" data-notify-track=\"off\">plain</a>"
                  + "{{#unsubscribeUrl}}<a href=\"{{unsubscribeUrl}}\">leave</a>"
                  + "{{/unsubscribeUrl}}</p>"),
          Map.entry("news/email.txt", "{{#tracked}}{{url}}{{/tracked}} {{unsubscribeUrl}}"),
          Map.entry("news/sms.txt", "Read {{#tracked}}{{url}}{{/tracked}}!"),
          Map.entry("quiet/template.properties", "tracking=off"),
          Map.entry("quiet/email.subject", "S"),
          Map.entry("quiet/email.html", "<a href=\"https://shop.example/\">x</a>"),
          Map.entry("push/push.title", "T"),
          Map.entry("push/push.json", "{\"link\": \"{{#tracked}}{{url}}{{/tracked}}\"}"));

  private static Rig rig(UnaryOperator<NotificationClient.Builder> more) {
    return Rig.open(
        builder ->
            more.apply(
                builder
                    .templates(TemplateSource.of(TEMPLATES))
                    .links(
                        TrackingLinks.builder()
                            .baseUrl("https://n.example.com/t")
                            .key(new byte[32])
                            .opens()
                            .build())
                    .unsubscribe(
                        UnsubscribeLinks.builder()
                            .baseUrl("https://n.example.com/u/")
                            .key(new byte[32])
                            .build())));
  }

  private static Rig rig() {
    return rig(builder -> builder);
  }

  private static Delivery send(Rig rig, NotificationClient client, Channel channel) {
    return send(rig, client, ANN, channel);
  }

  private static Delivery send(
      Rig rig, NotificationClient client, Recipient recipient, Channel channel) {
    var receipt =
        client
            .notification("news")
            .to(recipient)
            .via(channel)
            .category("news")
            .with("url", "https://shop.example/?a=1&b=2")
            .send();
    rig.settle();
    return client.deliveries(receipt.notificationId()).get(0);
  }

  private static EmailMessage mail(Rig rig) {
    return (EmailMessage) rig.email.sent().get(rig.email.sent().size() - 1).message();
  }

  private static String find(String text, String start) {
    Matcher matcher = Pattern.compile(Pattern.quote(start) + "[A-Za-z0-9_.-]+").matcher(text);
    assertThat(matcher.find()).as("a link " + start).isTrue();
    return matcher.group();
  }

  private static HttpReply get(Rig rig, String url) {
    return rig.client.linkEndpoint().answer(WebhookRequest.builder("GET", url).build());
  }

  private static HttpReply post(Rig rig, String url) {
    return rig.client.unsubscribeEndpoint().answer(WebhookRequest.builder("POST", url).build());
  }

  @Test
  void theLinksOfAMailAreTrackedAndFollowed() {
    try (Rig rig = rig()) {
      Delivery delivery = send(rig, rig.client, Channel.EMAIL);
      String html = mail(rig).html().orElseThrow();
      assertThat(html)
          .doesNotContain("shop.example/?")
          .contains("href='mailto:a@shop.example'", "href=\"https://plain.example/\"");
      assertThat(rig.client.tracking(delivery.id())).isEmpty();
      HttpReply reply = get(rig, find(html, CLICK));
      assertThat(reply.headers()).containsEntry("Location", "https://shop.example/?a=1&b=2");
      assertThat(get(rig, find(mail(rig).text().orElseThrow(), CLICK)).status()).isEqualTo(302);
      assertThat(get(rig, find(html, OPEN)).status()).isEqualTo(200);
      assertThat(rig.client.tracking(delivery.id()))
          .extracting(TrackingEvent::kind)
          .containsExactlyInAnyOrder(TrackingEvent.Kind.CLICKED, TrackingEvent.Kind.OPENED);
      assertThat(rig.client.forTenant("acme").tracking(delivery.id())).isEmpty();
    }
  }

  @Test
  void listenersAreToldOfWhatIsNew() {
    try (Rig rig = rig()) {
      Delivery delivery = send(rig, rig.client, Channel.EMAIL);
      String html = mail(rig).html().orElseThrow();
      get(rig, find(html, CLICK));
      get(rig, find(html, CLICK)); // the same minute: not new
      post(rig, find(html, LEAVE));
      assertThat(rig.client.opened(delivery.id())).isTrue();
      assertThat(rig.events(Tracked.class))
          .extracting(tracked -> tracked.event().kind())
          .containsExactly(
              TrackingEvent.Kind.CLICKED,
              TrackingEvent.Kind.UNSUBSCRIBED,
              TrackingEvent.Kind.OPENED);
      assertThat(rig.events(Tracked.class).get(0).event())
          .returns(delivery.id(), TrackingEvent::deliveryId)
          .returns("https://shop.example/?a=1&b=2", TrackingEvent::detail)
          .asString()
          .doesNotContain("shop.example");
    }
  }

  @Test
  void aTenantsLinksAreRecordedForIt() {
    try (Rig rig = rig()) {
      NotificationClient acme = rig.client.forTenant("acme");
      Delivery delivery = send(rig, acme, Channel.EMAIL);
      get(rig, find(mail(rig).html().orElseThrow(), CLICK));
      assertThat(acme.tracking(delivery.id())).hasSize(1);
      assertThat(rig.client.tracking(delivery.id())).isEmpty();
    }
  }

  @Test
  void aTextsLinkIsTrackedWhereTheTemplateSaysSo() {
    try (Rig rig = rig()) {
      send(rig, rig.client, Channel.SMS);
      SmsMessage sms = (SmsMessage) rig.sms.sent().get(0).message();
      assertThat(sms.text()).startsWith("Read " + CLICK).endsWith("!");
      assertThat(get(rig, find(sms.text(), CLICK)).status()).isEqualTo(302);
    }
  }

  @Test
  void aPushsLinkIsTrackedAndADeepLinkIsNot() {
    try (Rig rig = rig()) {
      Recipient phone =
          Recipient.builder("bob").device(dev.notifykit.Device.ios("0f".repeat(32))).build();
      for (String url : List.of("https://shop.example/a", "shop://orders/1")) {
        rig.sent(rig.client.notification("push").to(phone).with("url", url));
      }
      List<String> links =
          rig.push.sent().stream()
              .map(sent -> ((PushMessage) sent.message()).link().orElseThrow())
              .toList();
      assertThat(links.get(0)).startsWith(CLICK);
      assertThat(links.get(1)).isEqualTo("shop://orders/1");
    }
  }

  @Test
  void aTemplateAndAClientCanDoWithout() {
    try (Rig rig = rig()) {
      rig.sent(rig.client.notification("quiet").to(ANN).via(Channel.EMAIL));
      assertThat(mail(rig).html()).hasValue("<a href=\"https://shop.example/\">x</a>");
    }
    try (Rig rig = Rig.open(builder -> builder.templates(TemplateSource.of(TEMPLATES)))) {
      send(rig, rig.client, Channel.EMAIL);
      assertThat(mail(rig).html().orElseThrow())
          .contains("href=\"https://shop.example/?a=1&amp;b=2\"")
          .doesNotContain("leave", "<img");
      assertThat(mail(rig).text()).hasValue("https://shop.example/?a=1&b=2 ");
      assertThat(mail(rig).unsubscribeUrl()).isEmpty();
      assertThatThrownBy(rig.client::linkEndpoint).isInstanceOf(ConfigurationException.class);
      assertThatThrownBy(rig.client::unsubscribeEndpoint)
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void contentThatIsGivenIsTrackedToo() {
    try (Rig rig = rig()) {
      rig.sent(
          rig.client
              .notification()
              .to(ANN)
              .content(
                  EmailMessage.builder()
                      .subject("S")
                      .html(
                          "<a href=\"https://own.example/u\">a</a><a href=https://b.example>b</a>")
                      .unsubscribeUrl("https://own.example/u")
                      .build()));
      assertThat(mail(rig).html().orElseThrow())
          .contains("href=\"https://own.example/u\"", "href=\"" + CLICK);
      assertThat(mail(rig).unsubscribeUrl()).hasValue("https://own.example/u");
    }
  }

  @Test
  void leavingACategoryEndsItAndNothingElse() {
    try (Rig rig = rig()) {
      send(rig, rig.client, Channel.EMAIL);
      String link = mail(rig).unsubscribeUrl().orElseThrow();
      assertThat(link).startsWith(LEAVE);
      assertThat(mail(rig).html().orElseThrow()).contains("href=\"" + link + "\"");
      assertThat(mail(rig).text().orElseThrow()).endsWith(link);
      assertThat(post(rig, link).status()).isEqualTo(200);
      Delivery next = send(rig, rig.client, Channel.EMAIL);
      assertThat(next.state()).isEqualTo(DeliveryState.SUPPRESSED);
      assertThat(next.suppression()).hasValue(SuppressionReason.CATEGORY_OFF);
      assertThat(send(rig, rig.client, Channel.SMS).state()).isEqualTo(DeliveryState.ACCEPTED);
      Delivery elsewhere = send(rig, rig.client.forTenant("acme"), Channel.EMAIL);
      assertThat(elsewhere.state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  @Test
  void aLinkThatFitsNoHeaderIsInTheMailOnly() {
    Recipient longName = Recipient.builder("김".repeat(200)).email("kim@example.com").build();
    try (Rig rig = rig();
        CapturedLogs logs = CapturedLogs.start()) {
      send(rig, rig.client, longName, Channel.EMAIL);
      send(rig, rig.client, longName, Channel.EMAIL);
      assertThat(mail(rig).unsubscribeUrl()).isEmpty();
      post(rig, find(mail(rig).text().orElseThrow(), LEAVE));
      assertThat(send(rig, rig.client, longName, Channel.EMAIL).suppression())
          .hasValue(SuppressionReason.CATEGORY_OFF);
      assertThat(logs.lines())
          .filteredOn(line -> line.text().contains("goes into no header"))
          .hasSize(1);
    }
  }

  @Test
  void whatWaitsIsSuppressedToo() {
    try (Rig rig = rig()) {
      send(rig, rig.client, Channel.EMAIL);
      String link = mail(rig).unsubscribeUrl().orElseThrow();
      var waiting =
          rig.client
              .notification("news")
              .to(ANN)
              .via(Channel.EMAIL)
              .category("news")
              .with("url", "https://shop.example/")
              .sendAt(rig.clock.instant().plus(Duration.ofHours(1)))
              .send();
      post(rig, link);
      rig.pass(Duration.ofHours(1));
      rig.settle();
      assertThat(rig.only(waiting).state()).isEqualTo(DeliveryState.SUPPRESSED);
    }
  }

  @Test
  void aMandatoryCategoryCannotBeLeft() {
    try (Rig rig = rig(b -> b.category(Category.builder("news").mandatory().build()))) {
      send(rig, rig.client, Channel.EMAIL);
      assertThat(mail(rig).unsubscribeUrl()).isEmpty();
      assertThat(mail(rig).html().orElseThrow()).doesNotContain("leave").contains(CLICK);
    }
  }

  @Test
  void aSuppressedAddressIsHeldBackByItsKeyedHash() {
    try (Rig rig = rig()) {
      rig.client.preferences().suppress(dev.notifykit.Target.email("Ann@example.com"), "bounced");
      Delivery held = send(rig, rig.client, Channel.EMAIL);
      assertThat(held.suppression()).hasValue(SuppressionReason.INVALID_TARGET);
      assertThat(held.targetKey())
          .isNotEqualTo(dev.notifykit.Target.email("ann@example.com").key());
      rig.client.preferences().unsuppress(dev.notifykit.Target.email("ann@example.com"));
      assertThat(send(rig, rig.client, Channel.EMAIL).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }
}
