package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Mustache tags mean, in cases of our own. */
class MustacheTest {
  private static final Map<String, Object> DATA =
      Map.of(
          "name",
          "Ann & Bob",
          "count",
          3,
          "price",
          1.25,
          "yes",
          true,
          "no",
          false,
          "blank",
          "",
          "none",
          List.of(),
          "colors",
          List.of("red", "green"),
          "order",
          Map.of("no", "A-1", "lines", List.of(Map.of("sku", "x"), Map.of("sku", "y"))));

  private static final Map<String, String> PARTIALS =
      Map.of(
          "hello", "Hello {{name}}!",
          "lines", "one\ntwo\n",
          "outer", "[{{>hello}}]",
          "custom", "{{name}} <%name%>");

  static List<Arguments> cases() {
    return List.of(
        Arguments.of("text is kept", "a } b { c }} d", "a } b { c }} d"),
        Arguments.of("a value is escaped", "{{name}}", "Ann &amp; Bob"),
        Arguments.of("three braces do not escape", "{{{name}}}", "Ann & Bob"),
        Arguments.of("an ampersand does not escape", "{{& name }}", "Ann & Bob"),
        Arguments.of("numbers are printed", "{{count}} {{price}}", "3 1.25"),
        Arguments.of("an absent value is nothing", "[{{#yes}}{{absent}}{{/yes}}]", "[]"),
        Arguments.of("a dotted name walks", "{{order.no}}", "A-1"),
        Arguments.of("a broken path is nothing", "[{{order.none.at.all}}]", "[]"),
        Arguments.of("a path starts in one context", "{{#order}}{{order.no}}{{/order}}", "A-1"),
        Arguments.of("a truthy section is shown", "{{#yes}}x{{/yes}}", "x"),
        Arguments.of("a falsy section is not", "{{#no}}x{{/no}}{{#absent}}x{{/absent}}", ""),
        Arguments.of("blank text is falsy", "{{#blank}}x{{/blank}}{{^blank}}y{{/blank}}", "y"),
        Arguments.of("an empty list is falsy", "{{#none}}x{{/none}}{{^none}}y{{/none}}", "y"),
        Arguments.of("a list repeats", "{{#colors}}({{.}}){{/colors}}", "(red)(green)"),
        Arguments.of(
            "a map is a context", "{{#order}}{{no}} {{name}}{{/order}}", "A-1 Ann &amp; Bob"),
        Arguments.of("a path can be a section", "{{#order.lines}}{{sku}}{{/order.lines}}", "xy"),
        Arguments.of(
            "first and last are known",
            "{{#colors}}{{.}}{{^-last}}, {{/-last}}{{/colors}}",
            "red, green"),
        Arguments.of("an index counts from 1", "{{#colors}}{{-index}}{{/colors}}", "12"),
        Arguments.of("an inverted section", "{{^no}}x{{/no}}{{^yes}}y{{/yes}}", "x"),
        Arguments.of("a comment is nothing", "a{{! b\n {{ c }}d", "ad"),
        Arguments.of("a comment alone takes its line", "a\n  {{! b }}\nc", "a\nc"),
        Arguments.of("a section's tags take their lines", "a\n{{#yes}}\nb\n{{/yes}}\nc", "a\nb\nc"),
        Arguments.of("a partial sees the context", "{{>hello}}", "Hello Ann &amp; Bob!"),
        Arguments.of("partials nest", "{{>outer}}", "[Hello Ann &amp; Bob!]"),
        Arguments.of(
            "a partial alone is indented", "<b>\n  {{>lines}}\n</b>", "<b>\n  one\n  two\n</b>"),
        Arguments.of("delimiters change", "{{=(% %)=}}(%name%) {{name}}", "Ann &amp; Bob {{name}}"),
        Arguments.of(
            "delimiters change back", "{{=| |=}}|name||={{ }}=|{{count}}", "Ann &amp; Bob3"),
        Arguments.of(
            "a partial has its own delimiters", "{{=(% %)=}}(%>hello%)", "Hello Ann &amp; Bob!"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void means(String rule, String template, String expected) {
    assertThat(Rendering.render(Syntax.HTML, template, DATA, PARTIALS)).isEqualTo(expected);
  }
}
