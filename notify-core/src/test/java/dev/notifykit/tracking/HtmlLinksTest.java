package dev.notifykit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HtmlLinksTest {
  private static String replaced(String html) {
    return HtmlLinks.replace(html, url -> "[" + url + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<a href=\"u\">x</a>|<a href=\"[u]\">x</a>",
        "<A class='c' HREF = 'u' id=i>x</A>|<A class='c' HREF = '[u]' id=i>x</A>",
        "<a href=u>x</a>|<a href=\"[u]\">x</a>",
        "<area href=\"u\"/>|<area href=\"[u]\"/>",
        "<a href=\"u\" href=\"v\">|<a href=\"[u]\" href=\"v\">",
        "<p title=\"<a href='no'>\"><a href=\"u\">|<p title=\"<a href='no'>\"><a href=\"[u]\">",
        "<a href=\"a?b=1&amp;c=2\">|<a href=\"[a?b=1&amp;c=2]\">",
        "<!--[if mso]><a href=\"u\">x</a><![endif]-->|<!--[if mso]><a href=\"[u]\">x</a><![endif]-->",
        "<!--[if !mso]><!--><a href=u></a><!--<![endif]-->|<!--[if !mso]><!--><a href=\"[u]\"></a><!--<![endif]-->",
        "<!----><!---><a href=\"u\">|<!----><!---><a href=\"[u]\">",
        "<a href=\"u\"><a href=\"v\">|<a href=\"[u]\"><a href=\"[v]\">",
        "<\uac00\uaca9: <a href=\"u\">|<\uac00\uaca9: <a href=\"[u]\">",
        "<a href=\"u\" data-notify-track=\"on\">|<a href=\"[u]\" data-notify-track=\"on\">"
      })
  void theLinksAreReplaced(String html, String expected) {
    assertThat(replaced(html)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "a < b and b > c",
        "<",
        "<a",
        "<a href",
        "<a href>",
        "<a href=>",
        "<link href=\"u\"><img src=\"u\"><base href=\"u\">",
        "<abbr href=\"u\">",
        "</a href=\"u\">",
        "<a data-href=\"u\">",
        "<a href=\"u\" data-notify-track=\"off\">",
        "<a data-notify-track='off' href=u>",
        "<!-- <a href=\"u\"> -->",
        "<script>var a = '<a href=\"u\">';</script>",
        "<STYLE>/* <a href=\"u\"> */</STYLE>",
        "<title><a href=\"u\"></title>",
        "<a href=\"x&nbsp;y\">",
        "<a href=\"x&#0;y\">",
        "<a href=\"x&#x110000;y\">"
      })
  void everythingElseStaysAsItIs(String html) {
    assertThat(replaced(html)).isEqualTo(html);
  }

  @Test
  void aTagMayHaveSeveralLines() {
    assertThat(replaced("<a\n\thref\r\n=\n\"u\"\n>x</a>"))
        .isEqualTo("<a\n\thref\r\n=\n\"[u]\"\n>x</a>");
  }

  @Test
  void anAddressIsHandedOverWithoutCharacterReferences() {
    List<String> seen = new ArrayList<>();
    HtmlLinks.replace(
        "<a href=\"&#104;ttps://x/?a=1&amp;b=2&copy=3&#x27;&quot;\">",
        url -> {
          seen.add(url);
          return url;
        });
    assertThat(seen).containsExactly("https://x/?a=1&b=2&copy=3'\"");
  }

  @Test
  void whatIsPutInCannotLeaveItsAttribute() {
    assertThat(HtmlLinks.replace("<a href='u'><a href=v>", url -> "\"'&"))
        .isEqualTo("<a href='&quot;&#39;&amp;'><a href=\"&quot;&#39;&amp;\">");
  }

  @Test
  void theImageStandsAtTheEndOfTheBody() {
    assertThat(HtmlLinks.withImage("<BODY>x</BODY></html>", "u"))
        .startsWith("<BODY>x<img src=\"u\"")
        .endsWith("</BODY></html>");
    assertThat(HtmlLinks.withImage("<p>x</p>", "u")).startsWith("<p>x</p><img src=\"u\"");
  }

  @Test
  void theImageStandsThereWhereALetterIsLongerInLowerCase() {
    String turkish = "<body>" + "\u0130".repeat(40);
    assertThat(HtmlLinks.withImage(turkish + "</body>", "u"))
        .startsWith(turkish + "<img src=\"u\"")
        .endsWith("</body>");
  }

  @Test
  void anyTextIsCopiedWhole() {
    Random random = new Random(7);
    String alphabet = "<>!-=/\"' \naAhref&;#x[]scripty";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder html = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        html.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(HtmlLinks.replace(html.toString(), url -> url)).isEqualTo(html.toString());
    }
  }
}
