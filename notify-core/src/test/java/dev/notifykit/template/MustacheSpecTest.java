package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the core modules of the public Mustache specification from the folder that {@code
 * -Dmustache.spec=} names: the {@code specs} folder of a checkout of it. Without one it is skipped;
 * {@link MustacheTest} states the same rules in cases of our own.
 */
class MustacheSpecTest {
  private static final List<String> MODULES =
      List.of("interpolation", "sections", "inverted", "comments", "partials", "delimiters");

  /** Where a template of ours deliberately differs; see docs/templates.md. */
  private static final Map<String, String> DEVIATIONS =
      Map.of(
          "Failed Lookup", "a partial that does not exist is an error, not nothing",
          "Implicit Iterators - Basic Interpolation", "the outermost context is always a map",
          "Implicit Iterators - HTML Escaping", "the outermost context is always a map",
          "Implicit Iterators - Triple Mustache", "the outermost context is always a map",
          "Implicit Iterators - Ampersand", "the outermost context is always a map",
          "Implicit Iterators - Basic Integer Interpolation",
              "the outermost context is always a map");

  /** They have a lone {@code <}, which is malformed in an HTML part. */
  private static final Set<String> NO_HTML = Set.of("Recursion", "Variable Name Collision");

  @TestFactory
  Stream<DynamicTest> coreModules() throws IOException {
    String folder = System.getProperty("mustache.spec");
    if (folder == null) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "specification", () -> abort("no folder is named by -Dmustache.spec=")));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (String module : MODULES) {
      JsonNode spec =
          new ObjectMapper().readTree(Files.readString(Path.of(folder, module + ".json")));
      for (JsonNode test : spec.get("tests")) {
        tests.add(
            DynamicTest.dynamicTest(
                module + ": " + test.get("name").asText(), () -> run(module, test)));
      }
    }
    return tests.stream();
  }

  private static void run(String module, JsonNode test) {
    String name = test.get("name").asText();
    String deviation = test.get("data").isObject() ? DEVIATIONS.get(name) : "no map of values";
    assumeFalse(deviation != null, deviation);
    Syntax syntax = NO_HTML.contains(name) ? Syntax.TEXT : Syntax.HTML;
    ObjectMapper json = new ObjectMapper();
    @SuppressWarnings("unchecked")
    Map<String, Object> data = json.convertValue(test.get("data"), Map.class);
    @SuppressWarnings("unchecked")
    Map<String, String> partials =
        test.has("partials") ? json.convertValue(test.get("partials"), Map.class) : Map.of();
    assertThat(Rendering.render(syntax, test.get("template").asText(), data, partials))
        .isEqualTo(test.get("expected").asText());
  }
}
