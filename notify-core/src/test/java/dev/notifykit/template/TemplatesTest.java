package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.sun.management.ThreadMXBean;
import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.TemplateException;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TemplatesTest {
  private static Templates templates(String... pathsAndTexts) {
    Map<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      files.put(pathsAndTexts[i], pathsAndTexts[i + 1]);
    }
    return new Templates(List.of(TemplateSource.of(files)));
  }

  private static RenderRequest request(Map<String, Object> data, @Nullable Locale locale) {
    return new RenderRequest(
        data, locale, new UUID(0, 1), "", "user-1", "Ann", "orders", List.of());
  }

  private static String sms(Templates templates, Map<String, Object> data) {
    return sms(templates, data, null);
  }

  private static String sms(
      Templates templates, Map<String, Object> data, @Nullable Locale locale) {
    return ((SmsMessage) templates.get("t").render(Channel.SMS, request(data, locale))).text();
  }

  private static String failure(Runnable action) {
    try {
      action.run();
    } catch (TemplateException e) {
      return e.getMessage();
    }
    throw new AssertionError("nothing was refused");
  }

  // Finding

  @Test
  void theChannelsAreThoseWithFiles() {
    Template template =
        templates("t/email.subject", "s", "t/email.txt", "b", "t/sms.txt", "x").get("t");
    assertThat(template.key()).isEqualTo("t");
    assertThat(template.channels()).containsExactly(Channel.SMS, Channel.EMAIL);
    assertThat(template.category()).isEmpty();
  }

  @Test
  void theFirstSourceThatHasAFileWins() {
    Templates templates =
        new Templates(
            List.of(
                TemplateSource.of(Map.of("t/sms.txt", "first")),
                TemplateSource.of(Map.of("t/sms.txt", "second", "t/push.title", "second"))));
    assertThat(sms(templates, Map.of())).isEqualTo("first");
    assertThat(templates.get("t").channels()).contains(Channel.PUSH);
  }

  @Test
  void anUnknownTemplateIsNamed() {
    assertThat(failure(() -> templates().get("order-shipped"))).contains("'order-shipped'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../t", "a/b", "t\n", "layouts", "partials", ".t", "티"})
  void aMalformedKeyIsRefused(String key) {
    assertThat(failure(() -> templates("t/sms.txt", "x").get(key))).contains("malformed");
  }

  @Test
  void aNullKeyIsRefused() {
    assertThatExceptionOfType(InvalidNotificationException.class)
        .isThrownBy(() -> templates().get(null));
  }

  @ParameterizedTest
  @CsvSource({
    "ko-KR, ko-KR",
    "ko, ko",
    "ko-KP, ko",
    "fr, default",
    "zh-Hant-TW, zh-Hant",
    "zh-Hant, zh-Hant",
    "zh-TW, zh-Hant",
    "zh-CN, zh",
    "zh, zh",
    "und, default",
    "ko-KR-u-nu-latn, ko-KR"
  })
  void aLocaleFallsBack(String tag, String expected) {
    Templates templates =
        templates(
            "t/sms.txt",
            "default",
            "t/ko/sms.txt",
            "ko",
            "t/ko-KR/sms.txt",
            "ko-KR",
            "t/zh/sms.txt",
            "zh",
            "t/zh-Hant/sms.txt",
            "zh-Hant");
    assertThat(sms(templates, Map.of(), Locale.forLanguageTag(tag))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "zh-TW, zh-Hant-TW, found",
    "zh-Hant-TW, zh-TW, found",
    "zh-TW, zh-Hant-HK, default",
    "zh-Hans-CN, zh-CN, found",
    "zh-CN, zh-Hans-TW, default",
    "zh-CN, zh-Hant-CN, default",
    "zh-Hant-HK, zh-HK, found"
  })
  void chineseOfAPlaceIsFoundWithItsScriptAndWithout(String folder, String tag, String expected) {
    Templates templates = templates("t/sms.txt", "default", "t/" + folder + "/sms.txt", "found");
    assertThat(sms(templates, Map.of(), Locale.forLanguageTag(tag))).isEqualTo(expected);
  }

  @Test
  void aLocaleOfStrangePartsIsTheDefault() {
    Templates templates = templates("t/sms.txt", "default", "t/ko/sms.txt", "ko");
    assertThat(sms(templates, Map.of(), new Locale("../ko", "..", "/"))).isEqualTo("default");
    assertThat(sms(templates, Map.of(), Locale.ROOT)).isEqualTo("default");
  }

  @Test
  void moreLocalesThanAreRememberedStillRender() {
    Templates templates = templates("t/sms.txt", "default");
    for (int i = 0; i < CatalogTemplate.MAX_LOCALES + 10; i++) {
      Locale locale = Locale.forLanguageTag("en-%03d".formatted(i));
      assertThat(sms(templates, Map.of(), locale)).isEqualTo("default");
    }
  }

  @Test
  void theBodiesOfAMailShareALanguage() {
    Templates templates =
        templates(
            "t/email.subject",
            "order",
            "t/email.html",
            "<p>en",
            "t/email.txt",
            "en",
            "t/ko/email.subject",
            "주문",
            "t/ko/email.html",
            "<p>ko");
    EmailMessage mail = mail(templates, Map.of(), Locale.KOREA);
    assertThat(mail.subject()).isEqualTo("주문");
    assertThat(mail.html()).hasValue("<p>ko");
    assertThat(mail.text()).isEmpty();
  }

  private static EmailMessage mail(
      Templates templates, Map<String, Object> data, @Nullable Locale locale) {
    return (EmailMessage) templates.get("t").render(Channel.EMAIL, request(data, locale));
  }

  // Layouts and partials

  @Test
  void aLayoutWrapsTheBody() {
    Templates templates =
        templates(
            "t/template.properties", "layout=shop",
            "t/email.subject", "s",
            "t/email.html", "<p>{{a}}</p>\n",
            "t/email.txt", "{{a}}\n",
            "layouts/shop.html", "<body>\n  {{{content}}}\n<i>{{b}}</i></body>",
            "layouts/ko/shop.html", "<body lang=\"ko\">{{{ content }}}</body>",
            "layouts/shop.txt", "{{&content}}--\n{{b}}");
    Map<String, Object> data = Map.of("a", "<1>", "b", "<2>");
    EmailMessage mail = mail(templates, data, null);
    assertThat(mail.html()).hasValue("<body>\n  <p>&lt;1&gt;</p>\n\n<i>&lt;2&gt;</i></body>");
    assertThat(mail.text()).hasValue("<1>\n--\n<2>");
    assertThat(mail(templates, data, Locale.KOREAN).html())
        .hasValue("<body lang=\"ko\"><p>&lt;1&gt;</p>\n</body>");
    assertThat(failure(() -> mail(templates, Map.of("a", "x"), null)))
        .contains("parameter b")
        .contains("layouts/shop.html, line 3");
  }

  @Test
  void aBodyKeepsItsLinesInsideOfALayout() {
    Templates templates =
        templates(
            "t/template.properties", "layout=shop",
            "t/email.subject", "s",
            "t/email.html", "<pre>\na\nb</pre>",
            "layouts/shop.html", "<div>\n    {{{content}}}\n</div>");
    assertThat(mail(templates, Map.of(), null).html())
        .hasValue("<div>\n    <pre>\na\nb</pre>\n</div>");
  }

  @Test
  void aLayoutForOneOfTheBodiesIsEnough() {
    Templates templates =
        templates(
            "t/template.properties",
            "layout=shop",
            "t/email.subject",
            "s",
            "t/email.html",
            "h",
            "t/email.txt",
            "t",
            "layouts/shop.html",
            "[{{{content}}}]");
    assertThat(mail(templates, Map.of(), null).html()).hasValue("[h]");
    assertThat(mail(templates, Map.of(), null).text()).hasValue("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "<p> ~ needs",
        "{{content}} ~ three braces",
        "{{{content}}}{{{content}}} ~ once",
        "{{#a}}{{{content}}}{{/a}} ~ once",
        "<p title=\"{{{content}}}\"> ~ between HTML tags"
      })
  void aLayoutHasOneSlot(String layout, String problem) {
    Templates templates =
        templates(
            "t/template.properties",
            "layout=shop",
            "t/email.subject",
            "s",
            "t/email.html",
            "h",
            "layouts/shop.html",
            layout);
    assertThat(failure(() -> templates.get("t"))).contains("layouts/shop.html", problem);
  }

  @Test
  void aMissingLayoutIsRefused() {
    Templates templates =
        templates(
            "t/template.properties", "layout=shop", "t/email.subject", "s", "t/email.html", "h");
    assertThat(failure(() -> templates.get("t"))).contains("no layout 'shop'");
  }

  @Test
  void partialsFollowTheLocale() {
    Templates templates =
        templates(
            "t/sms.txt",
            "{{>sign}}",
            "partials/sign",
            "Bye {{recipient.name}}",
            "partials/ko/sign",
            "안녕 {{recipient.name}}");
    assertThat(sms(templates, Map.of())).isEqualTo("Bye Ann");
    assertThat(sms(templates, Map.of(), Locale.KOREA)).isEqualTo("안녕 Ann");
  }

  @Test
  void aMissingPartialIsRefused() {
    assertThat(failure(() -> templates("t/sms.txt", "one\n{{>none}}").get("t")))
        .isEqualTo("template file t/sms.txt, line 2: there is no file partials/none");
  }

  // Parameters

  @Test
  void aValueUsedOutsideOfSectionsIsRequired() {
    Template template =
        templates(
                "t/sms.txt",
                "Order {{order.no}} {{#note}}{{note}} {{by}}{{/note}}{{^x}}{{y}}{{/x}}{{>p}}",
                "partials/p",
                "{{total}}")
            .get("t");
    Map<String, Object> whole = Map.of("order", Map.of("no", "A-1"), "total", 3);
    assertThatNoException()
        .isThrownBy(() -> template.checkParameters(Channel.SMS, Locale.FRENCH, whole));
    assertThat(failure(() -> template.checkParameters(Channel.SMS, null, Map.of("total", 3))))
        .contains("'t'", "SMS", "order.no", "t/sms.txt, line 1");
    assertThat(
            failure(
                () ->
                    template.checkParameters(
                        Channel.SMS, null, Map.of("total", 3, "order", Map.of("id", 1)))))
        .contains("order.no");
    assertThat(
            failure(
                () ->
                    template.checkParameters(
                        Channel.SMS, null, Map.of("total", 3, "order", "A-1"))))
        .contains("order.no");
    assertThat(
            failure(
                () ->
                    template.checkParameters(
                        Channel.SMS, null, Map.of("order", Map.of("no", "A-1")))))
        .contains("total", "partials/p");
  }

  @Test
  void checkingParametersAllocatesNothing() {
    Template template = templates("t/sms.txt", "{{order.no}}{{total}}").get("t");
    Map<String, Object> data = Map.of("order", Map.of("no", "A-1"), "total", 3);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        template.checkParameters(Channel.SMS, Locale.KOREAN, data);
      }
      least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes in 10,000 checks").isLessThan(1_000);
  }

  @Test
  void aChannelNeedsOnlyItsOwnParameters() {
    Template template = templates("t/sms.txt", "{{a}}", "t/push.body", "{{b}}").get("t");
    assertThatNoException()
        .isThrownBy(() -> template.checkParameters(Channel.SMS, null, Map.of("a", 1)));
    assertThat(failure(() -> template.checkParameters(Channel.PUSH, null, Map.of("a", 1))))
        .contains("PUSH", "parameter b");
    assertThat(failure(() -> template.checkParameters(Channel.EMAIL, null, Map.of())))
        .contains("no content for EMAIL");
  }

  @Test
  void declaredParametersAreRequiredInEveryChannel() {
    Templates templates =
        templates(
            "t/template.properties", "parameters = a, order\noptional = b, c",
            "t/sms.txt", "{{order.no}}{{b}}{{c.d}}");
    Template template = templates.get("t");
    assertThat(
            failure(
                () ->
                    template.checkParameters(Channel.SMS, null, Map.of("order", Map.of("no", 1)))))
        .contains("parameter a", "declared in t/template.properties");
    assertThat(
            failure(
                () ->
                    template.checkParameters(
                        Channel.SMS, null, Map.of("a", 1, "order", Map.of("id", 1)))))
        .contains("order.no");
    assertThat(sms(templates, Map.of("a", 1, "order", Map.of("no", 7)))).isEqualTo("7");
  }

  @Test
  void anUndeclaredNameIsRefused() {
    Templates templates =
        templates("t/template.properties", "parameters=a", "t/sms.txt", "{{a}}\n{{aa}}");
    assertThat(failure(() -> templates.get("t"))).contains("t/sms.txt, line 2", "{{aa}}");
  }

  @Test
  void optionalAloneLeavesTheOthersRequired() {
    Templates templates =
        templates("t/template.properties", "optional=b", "t/sms.txt", "{{a}}{{b}}");
    assertThat(sms(templates, Map.of("a", "x"))).isEqualTo("x");
    assertThat(failure(() -> sms(templates, Map.of("b", "x")))).contains("parameter a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "paramters=a ~ paramters",
        "parameters=a b ~ malformed name",
        "parameters=a\\noptional=a ~ both",
        "category= ~ malformed name",
        "layout=../x ~ malformed name",
        "parameters=\\\\u12 ~ malformed escape"
      })
  void aMalformedManifestIsRefused(String text, String problem) {
    Templates templates =
        templates(
            "t/template.properties",
            text.replace("\\n", "\n").replace("\\\\", "\\"),
            "t/sms.txt",
            "x");
    assertThat(failure(() -> templates.get("t"))).contains("t/template.properties", problem);
  }

  @Test
  void theCategoryIsDeclared() {
    assertThat(
            templates("t/template.properties", "category=bestellung-é", "t/sms.txt", "x")
                .get("t")
                .category())
        .hasValue("bestellung-é");
  }

  @Test
  void theRecipientIsAlwaysThereAndCannotBeReplaced() {
    Templates templates =
        templates("t/sms.txt", "{{recipient.id}} {{#recipient}}{{name}}{{/recipient}}");
    assertThat(sms(templates, Map.of("recipient", Map.of("id", "other")))).isEqualTo("user-1 Ann");
    assertThat(failure(() -> templates("t/sms.txt", "{{recipient.email}}").get("t")))
        .contains("recipient.id and recipient.name");
  }

  // Escaping and parts

  @Test
  void onlyHtmlIsEscaped() {
    Templates templates =
        templates(
            "t/email.subject",
            "{{x}}\n",
            "t/email.html",
            "{{x}}",
            "t/email.txt",
            "{{x}}",
            "t/sms.txt",
            "{{x}}\n");
    Map<String, Object> data = Map.of("x", "Tom & \"J\"");
    EmailMessage mail = mail(templates, data, null);
    assertThat(mail.subject()).isEqualTo("Tom & \"J\"");
    assertThat(mail.text()).hasValue("Tom & \"J\"");
    assertThat(mail.html()).hasValue("Tom &amp; &quot;J&quot;");
    assertThat(sms(templates, data)).isEqualTo("Tom & \"J\"");
  }

  @Test
  void dataIsNeverCompiled() {
    Templates templates = templates("t/sms.txt", "{{x}}{{{x}}}");
    assertThat(sms(templates, Map.of("x", "{{y}}{{>p}}\u0001y\u0002", "y", "no")))
        .isEqualTo("{{y}}{{>p}}\u0001y\u0002{{y}}{{>p}}\u0001y\u0002");
  }

  @Test
  void noTemplateReachesAnObject() {
    Templates templates =
        templates("t/sms.txt", "x{{#x}}{{class}}{{class.name}}{{length}}{{toString}}{{/x}}");
    assertThat(sms(templates, Map.of("x", "text"))).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nBcc: x@example.com", "a\nb", "a\u0000b", "a\u007fb", "a\u2028b"})
  void aSubjectIsASingleLine(String value) {
    Templates templates = templates("t/email.subject", "Hi {{x}}", "t/email.txt", "x");
    assertThat(failure(() -> mail(templates, Map.of("x", value), null)))
        .contains("subject", "control character")
        .doesNotContain("Bcc");
  }

  @Test
  void aSubjectIsNotBlank() {
    Templates templates = templates("t/email.subject", "{{x}}", "t/email.txt", "x");
    assertThat(failure(() -> mail(templates, Map.of("x", " "), null))).contains("blank");
  }

  @Test
  void aMailNeedsASubjectAndABody() {
    assertThat(failure(() -> templates("t/email.html", "x").get("t"))).contains("email.subject");
    assertThat(failure(() -> templates("t/email.subject", "x").get("t")))
        .contains("email.html or email.txt");
  }

  @ParameterizedTest
  @CsvSource({"1.0E7, 10000000", "1.23456789E7, 12345678.9", "2.5E-4, 0.00025", "3.0, 3.0"})
  void aNumberIsWrittenWithoutAnExponent(double number, String text) {
    assertThat(sms(templates("t/sms.txt", "{{v}}"), Map.of("v", number))).isEqualTo(text);
  }

  @Test
  void attachmentsGoWithTheMail() {
    Templates templates = templates("t/email.subject", "s", "t/email.txt", "x");
    Attachment file = Attachment.file("a.txt", "text/plain", "a".getBytes(StandardCharsets.UTF_8));
    RenderRequest request =
        new RenderRequest(
            Map.of(), null, new UUID(0, 1), "", "user-1", null, "orders", List.of(file));
    Message mail = templates.get("t").render(Channel.EMAIL, request);
    assertThat(((EmailMessage) mail).attachments()).containsExactly(file);
  }

  @Test
  void pushFieldsComeFromJson() {
    Templates templates =
        templates(
            "t/push.title",
            "Order {{no}}",
            "t/push.body",
            "It's \"on\" its way",
            "t/push.json",
            """
            {"subtitle": "{{no}}", "badge": {{count}}, "sound": "default",
             "image": "https://shop.example/{{no}}.png", "link": "shop://orders/{{no}}",
             "category": "ORDER", "collapseKey": "order-{{no}}", "analyticsLabel": "{{none}}",
             "data": {"no": "{{no}}", "count": {{count}}, "gift": true, "none": null}}
            """,
            "t/template.properties",
            "optional=none");
    String no = "A\"\\\n\u0007é";
    PushMessage push =
        (PushMessage)
            templates.get("t").render(Channel.PUSH, request(Map.of("no", no, "count", 3), null));
    assertThat(push)
        .isEqualTo(
            PushMessage.builder()
                .title("Order " + no)
                .body("It's \"on\" its way")
                .subtitle(no)
                .badge(3)
                .sound("default")
                .image("https://shop.example/" + no + ".png")
                .link("shop://orders/" + no)
                .category("ORDER")
                .collapseKey("order-" + no)
                .data("no", no)
                .data("count", "3")
                .data("gift", "true")
                .build());
  }

  @Test
  void aNumberThatIsHandedOnAsAStringKeepsItsDigits() {
    Templates templates =
        templates(
            "t/push.json",
            """
            {"bodyKey": {"key": "TOTAL", "args": [{{total}}, 1.10]},
             "data": {"total": {{total}}, "pi": 3.14}}
            """);
    Object total = new BigDecimal("12345678.90");
    PushMessage push =
        (PushMessage)
            templates.get("t").render(Channel.PUSH, request(Map.of("total", total), null));
    assertThat(push)
        .isEqualTo(
            PushMessage.builder()
                .bodyKey(new LocalizedText("TOTAL", List.of("12345678.90", "1.10")))
                .data("total", "12345678.90")
                .data("pi", "3.14")
                .build());
  }

  @Test
  void inboxFieldsComeFromJson() {
    Templates templates =
        templates(
            "t/inbox.json",
            "{\"title\": \"{{x}}\", \"body\": \"b\", \"link\": \"/x\", \"data\": {\"k\": \"v\"}}");
    assertThat(templates.get("t").render(Channel.INBOX, request(Map.of("x", "T"), null)))
        .isEqualTo(InboxMessage.builder().title("T").body("b").link("/x").data("k", "v").build());
    assertThat(
            failure(() -> templates.get("t").render(Channel.INBOX, request(Map.of("x", ""), null))))
        .contains("no title");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"titel\": \"x\"} ~ 'titel'",
        "{\"a b\": \"x\"} ~ malformed name",
        "{\"title\": 1} ~ title is no string",
        "{\"badge\": \"1\"} ~ badge is no whole number",
        "{\"badge\": -1} ~ badge is no whole number",
        "{\"badge\": 99999999999} ~ badge is no whole number",
        "{\"data\": []} ~ data is no object",
        "{\"data\": {\"a\": {}}} ~ data has a value",
        "{\"data\": {\" \": \"x\"}} ~ data has a malformed name",
        "{\"body\": \"x\"} ~ push.body too",
        "{\"sound\": \"a\", \"sound\": \"b\"} ~ not valid JSON",
        "{\"sound\": \"a\"} {} ~ not valid JSON",
        "[] ~ no JSON object",
        "{\"data\": {\"a\": 1e99999999999}} ~ out of range",
        "{\"sound\": secret} ~ line 1 column"
      })
  void aMalformedPushJsonIsRefused(String json, String problem) {
    Templates templates = templates("t/push.body", "x", "t/push.json", json);
    assertThat(failure(() -> templates.get("t").render(Channel.PUSH, request(Map.of(), null))))
        .contains("push.json", problem)
        .doesNotContain("secret");
  }

  @Test
  void aValueCannotAddAFieldToJson() {
    Templates templates = templates("t/push.json", "{\"badge\": {{x}}}");
    for (String value : new String[] {"1, \"link\": \"x\"", "1}", "\"1\"", "[1]"}) {
      assertThat(
              failure(
                  () -> templates.get("t").render(Channel.PUSH, request(Map.of("x", value), null))))
          .contains("push.json")
          .doesNotContain("link");
    }
    assertThat(failure(() -> templates("t/push.json", "{{{x}}}").get("t")))
        .contains("no unescaped values");
  }

  @Test
  void deepJsonIsRefused() {
    Templates templates =
        templates("t/push.json", "{\"data\": " + "[".repeat(100) + "]".repeat(100) + "}");
    assertThat(failure(() -> templates.get("t").render(Channel.PUSH, request(Map.of(), null))))
        .contains("not valid JSON");
  }

  // Malformed templates

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a|{{x ~ line 2: a tag is not closed",
        "a|{{{x}} ~ line 2: a tag is not closed",
        "{{}} ~ empty",
        "{{#a}}|{{#b}}|{{/a}} ~ line 3: {{/a}} stands where {{/b}}",
        "|{{/a}} ~ line 2: {{/a}} closes no section",
        "{{#a}} ~ the section a is not closed",
        "{{a b}} ~ malformed name",
        "{{a..b}} ~ malformed name",
        "{{a.}} ~ malformed name",
        "{{%url}} ~ malformed name",
        "{{>../x}} ~ malformed name",
        "{{>*x}} ~ malformed name",
        "{{<x}}{{/x}} ~ inheritance",
        "{{$x}}{{/x}} ~ inheritance",
        "{{this}} ~ use {{.}}",
        "{{.}} ~ inside of a section",
        "{{-index}} ~ inside of a section",
        "{{=<%=}} ~ delimiters"
      })
  void aMalformedTemplateIsRefused(String text, String problem) {
    Templates templates = templates("t/sms.txt", text.replace('|', '\n'));
    assertThat(failure(() -> templates.get("t"))).contains("t/sms.txt", problem);
  }

  @Test
  void aControlCharacterInATemplateIsRefused() {
    assertThat(failure(() -> templates("t/sms.txt", "a\nb\u0001x\u0002").get("t")))
        .contains("line 2", "U+0001");
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreDropped() {
    assertThat(sms(templates("t/sms.txt", "\uFEFFa\r\nb\r\n"), Map.of())).isEqualTo("a\nb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{x}}", "{{{x}}}", "{{&x}}"})
  void aListIsNoText(String tag) {
    Templates templates = templates("t/sms.txt", tag);
    assertThat(failure(() -> sms(templates, Map.of("x", List.of("secret")))))
        .contains("t/sms.txt", "a list or a map")
        .doesNotContain("secret");
  }

  // Limits

  @Test
  void aTemplateHasALimitedSize() {
    String text = "é".repeat(TemplateSource.MAX_FILE_BYTES / 2);
    assertThat(templates("t/email.subject", "s", "t/email.txt", text).get("t")).isNotNull();
    assertThat(failure(() -> templates("t/sms.txt", text + "x").get("t")))
        .contains("t/sms.txt", "262144 bytes");
  }

  @Test
  void anOutputHasALimitedSize() {
    Templates templates = templates("t/sms.txt", "{{#l}}{{x}}{{/l}}");
    List<Object> ten = Collections.nCopies(10, 1);
    assertThat(sms(templates, Map.of("l", ten, "x", "x".repeat(26_214)))).hasSize(262_140);
    assertThat(failure(() -> sms(templates, Map.of("l", ten, "x", "x".repeat(26_215)))))
        .contains("262144 bytes");
    assertThat(failure(() -> sms(templates, Map.of("l", ten, "x", "한".repeat(9_000)))))
        .contains("262144 bytes");
  }

  @Test
  void anOutputIsRefusedBeforeItFillsTheMemory() {
    Templates templates = templates("t/sms.txt", "{{#l}}{{x}}{{/l}}");
    Map<String, Object> data =
        Map.of("l", Collections.nCopies(20_000, 1), "x", "x".repeat(200_000));
    assertThat(failure(() -> sms(templates, data))).contains("262144 bytes");
  }

  @Test
  void renderingTakesALimitedTime() {
    Templates templates =
        templates("t/sms.txt", "x{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}");
    List<Object> many = Collections.nCopies(1000, 1);
    assertThat(failure(() -> sms(templates, Map.of("l", many)))).contains("250000 steps");
  }

  @Test
  void partialsHaveALimitedDepth() {
    Templates templates =
        templates("t/sms.txt", "{{>node}}", "partials/node", "{{v}}{{#next}}{{>node}}{{/next}}");
    assertThat(sms(templates, chain(16))).isEqualTo("1".repeat(16));
    assertThat(failure(() -> sms(templates, chain(17)))).contains("deeper than 16");
  }

  private static Map<String, Object> chain(int length) {
    Map<String, Object> node = new HashMap<>(Map.of("v", 1, "next", false));
    return length == 1 ? node : Map.of("v", 1, "next", chain(length - 1));
  }

  @Test
  void partialsThatMultiplyAreRefused() {
    Map<String, String> files = new HashMap<>(Map.of("t/sms.txt", "{{>p0}}"));
    for (int i = 0; i < 15; i++) {
      files.put("partials/p" + i, "{{>p%d}}".formatted(i + 1).repeat(10));
    }
    files.put("partials/p15", "x");
    assertThat(failure(() -> new Templates(List.of(TemplateSource.of(files))).get("t")))
        .contains("20000 pieces");
    files.put("partials/p15", "");
    assertThat(failure(() -> sms(new Templates(List.of(TemplateSource.of(files))), Map.of())))
        .contains("blank");
  }

  @Test
  void sectionsHaveALimitedDepth() {
    String text = "{{#a}}".repeat(33) + "{{/a}}".repeat(33);
    assertThat(failure(() -> templates("t/sms.txt", text).get("t"))).contains("deeper than 32");
  }

  @Test
  void aFailedRenderingLeavesNothingForTheNext() {
    Templates templates = templates("t/sms.txt", "secret {{#l}}{{x}}{{/l}}{{y}}");
    assertThat(failure(() -> sms(templates, Map.of("y", List.of(), "l", List.of(), "x", ""))))
        .doesNotContain("secret");
    assertThat(sms(templates, Map.of("y", "ok"))).isEqualTo("secret ok");
  }

  // Preview

  @Test
  void aPreviewShowsEveryChannel() {
    Templates templates =
        templates("t/sms.txt", "{{x}}", "t/ko/sms.txt", "ko {{x}}", "t/push.body", "{{x}}!");
    Map<Channel, Message> preview = templates.preview("t", Locale.KOREAN, Map.of("x", 1));
    assertThat(preview)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Channel.PUSH, PushMessage.builder().body("1!").build(),
                Channel.SMS, SmsMessage.of("ko 1")));
    assertThat(failure(() -> templates.preview("t", null, Map.of()))).contains("parameter x");
    assertThatExceptionOfType(InvalidNotificationException.class)
        .isThrownBy(() -> templates.preview("t", null, Map.of("x", new Object())));
  }
}
