package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.notifykit.TemplateException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values may stand in HTML, and which addresses may come out. */
class HtmlPositionTest {
  private static final Map<String, String> PARTIALS =
      Map.of(
          "address", "{{u}}",
          "link", "<a href=\"{{u}}\">",
          "attributes", "href=\"{{u}}\"",
          "quote", "\" x=\"",
          "style", "p { color: {{u}} }",
          "endOfStyle", "</style><a href=\"{{u}}\"></a><style>");

  private static String render(String template, Map<String, Object> data) {
    return Rendering.render(Syntax.HTML, template, data, PARTIALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/o?a=1&b=2",
        "HTTP://shop.example",
        "mailto:ann@example.com",
        "cid:logo",
        "/orders/1:2",
        "?q=a:b",
        "#top",
        "orders",
        "//shop.example/x"
      })
  void anAddressWithAnAllowedSchemeOrNonePasses(String url) {
    assertThat(render("<a href=\"{{u}}\">x</a>", Map.of("u", url)))
        .isEqualTo("<a href=\"" + url.replace("&", "&amp;") + "\">x</a>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "\u0001javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "tel:123",
        "&#106;avascript:alert(1)",
        ":x"
      })
  void anAddressWithAnotherSchemeIsRefused(String url) {
    for (String template :
        new String[] {
          "<a href=\"{{u}}\">",
          "<a HREF = '{{u}}'>",
          "<a\nhref\n=\n\"{{u}}\">",
          "<img alt=\"x\" src=\"{{u}}/x.png\">",
          "<td background=\"{{#u}}{{u}}{{/u}}\">",
          "<a href=\"{{>address}}\">",
          "{{>link}}",
          "<!--[if mso]><a href=\"{{u}}\"></a><![endif]-->",
          "<!--[if !mso]><!--><a href=\"{{u}}\"></a><!--<![endif]-->",
          "<!----><a href=\"{{u}}\">",
          "<!--><a href=\"{{u}}\">",
          "<!-- --!><a href=\"{{u}}\">",
          "<style>a>b{}</style><a href=\"{{u}}\">",
          "<br/><a class=x href=\"{{u}}\">",
          "<a {{#u}}href=\"{{u}}\"{{/u}}>"
        }) {
      assertThatExceptionOfType(TemplateException.class)
          .as(template)
          .isThrownBy(() -> render(template, Map.of("u", url)))
          .withMessageContaining("line ")
          .withMessageContaining("scheme")
          .withMessageNotContaining("alert");
    }
  }

  @Test
  void aSchemeMadeOfTwoValuesIsRefused() {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("<a href=\"{{a}}{{b}}\">", Map.of("a", "java", "b", "script:x")));
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("<a href=\"java{{b}}\">", Map.of("b", "script:x")));
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render("<a href=\"x-{{b}}\">", Map.of("b", "https://x")));
  }

  @Test
  void aValueBehindAnAllowedSchemeIsNotRead() {
    assertThat(render("<a href=\"https://x/{{u}}\">", Map.of("u", "javascript:x")))
        .isEqualTo("<a href=\"https://x/javascript:x\">");
  }

  @Test
  void anotherAttributeHoldsAnything() {
    assertThat(render("<a title=\"{{u}}\">", Map.of("u", "javascript: \"x\"")))
        .isEqualTo("<a title=\"javascript: &quot;x&quot;\">");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "<a href={{u}}> ~ without quotes",
        "<a href=x{{u}}> ~ without quotes",
        "<a {{u}}> ~ markup",
        "<{{u}}> ~ markup",
        "<a{{u}}> ~ markup",
        "<a da{{u}}=x> ~ markup",
        "</{{u}}> ~ markup",
        "<!doctype {{u}}> ~ markup",
        "<a onclick=\"f('{{u}}')\"> ~ code",
        "<iframe srcdoc=\"{{u}}\"> ~ code",
        "<script>x = '{{u}}'</script> ~ script",
        "<SCRIPT >{{u}}</SCRIPT> ~ script",
        "<a href=\"javascript:f('{{u}}')\"> ~ scheme",
        "<a href=\"tel:{{u}}\"> ~ scheme",
        "<a href=\"{{{u}}}\"> ~ unescaped",
        "<!-- {{&u}} --> ~ unescaped",
        "<a {{>attributes}}> ~ markup",
        "<a href=\"{{>quote}}\"> ~ ends inside",
        "<a href=\"x ~ ends inside",
        "<!-- x ~ ends inside",
        "<script>x ~ ends inside",
        "<a {{#u}}href=\"{{/u}}x\"> ~ end where it starts",
        "<a title=\"{{#u}}\" href=\"{{/u}}{{u}}\"> ~ end where it starts",
        "{{#u}}<a {{/u}}> ~ end where it starts",
        "{{#u}}<!--{{/u}}--> ~ end where it starts",
        "<a {{#u}}hr{{/u}}ef=\"{{u}}\"> ~ glued",
        "<a href {{#u}}=\"{{u}}\"{{/u}}> ~ without a name",
        "<a href={{#u}}\"{{u}}\"{{/u}}> ~ section",
        "<a\u3000title=\"{{u}}\"> ~ markup",
        "<a title=x\u3000href=\"{{u}}\"> ~ without quotes",
        "<\uc8fc\ubb38 <script>{{u}}</script> ~ script",
        "</!x><script>{{u}}</script> ~ script",
        "</3 {{u}} ~ markup",
        "<script>x = '</scripts>'; {{u}}</script> ~ script",
        "<style>{{>endOfStyle}}</style> ~ ends inside",
        "<style>@media (width <{{u}}) {}</style> ~ could make an end",
        "<style>x</Sty{{! c}}le><a href=\"{{u}}\"></style> ~ could make an end",
        "<!--{{u}}> <a href=\"{{u}}\"> --> ~ comment",
        "<!-- {{u}}-> <a href=\"{{u}}\"> --> ~ comment",
        "<!-- --{{u}}!> <a href=\"{{u}}\"> --> ~ comment",
        "<!-- {{#u}}--{{/u}}-!> <a href=\"{{u}}\"> --> ~ comment"
      })
  void aTagWhereEscapingDoesNotProtectIsRefused(String template, String problem) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> render(template, Map.of("u", "x")))
        .withMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<td {{#x}}class=\"b\"{{/x}}>",
        "<td{{#x}} class=\"b\"{{/x}}>",
        "<input {{#x}}checked{{/x}}>",
        "<input {{#x}}checked{{/x}} {{^x}}disabled{{/x}}/>",
        "<p class=\"{{#x}}a{{/x}} b\">",
        "{{#x}}<b>{{/x}}x{{#x}}</b>{{/x}}",
        "<style>p { color: {{x}} }</style>",
        "<!-- {{x}} -->",
        "<!--{{x}}--><!----><!-- -- - ---><!--->-->{{x}}",
        "<style>{{>style}}</style>",
        "<style>@media (width < {{x}}) {}</style>",
        "<\uc8fc\ubb38\ubc88\ud638 {{x}}>",
        "</>{{x}}",
        "a < b and {{x}} > c",
        "<p style=\"color: {{x}}\">",
        "<script>if (a < b) {}</script>{{x}}",
        "<!doctype html><html lang=\"{{x}}\">"
      })
  void ordinaryMarkupPasses(String template) {
    assertThat(render(template, Map.of("x", "y"))).doesNotContain("{{");
  }

  @Test
  @Timeout(60)
  void manyCommentsAreReadInOnePass() {
    String comments = "<!-- -->".repeat(32 * 1024 - 1);
    assertThat(render(comments, Map.of())).isEqualTo(comments);
  }

  @Test
  void markupOfAValueIsText() {
    assertThat(render("<p title='{{x}}'>{{x}}", Map.of("x", "<b a='\"'>&")))
        .isEqualTo(
            "<p title='&lt;b a=&#39;&quot;&#39;&gt;&amp;'>&lt;b a=&#39;&quot;&#39;&gt;&amp;");
  }
}
