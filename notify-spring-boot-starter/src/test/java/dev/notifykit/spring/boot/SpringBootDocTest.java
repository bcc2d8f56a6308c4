package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide's table of properties is the one that IDEs read. */
class SpringBootDocTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(notify[.][^`]*)` \\| (.*) \\|$");

  /** Returns what IDEs read of our properties: each name and its description. */
  static Map<String, String> metadata() throws IOException {
    return metadata("notify.");
  }

  private static Map<String, String> metadata(String prefix) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (var url :
        Collections.list(
            SpringBootDocTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = url.openStream()) {
        for (JsonNode property : new ObjectMapper().readTree(in).get("properties")) {
          String name = property.get("name").asText();
          if (name.startsWith(prefix)) {
            expected.put(name, described(property));
          }
        }
      }
    }
    return expected;
  }

  @Test
  void tableOfPropertiesIsTheMetadata() throws IOException {
    Map<String, String> expected = metadata();
    Map<String, String> documented = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(OperationsDocTest.docs().resolve("spring-boot.md")));
    while (row.find()) {
      documented.put(row.group(1), row.group(2));
    }
    assertThat(expected).isNotEmpty();
    assertThat(documented).isEqualTo(expected);
  }

  @Test
  void switchOfHealthIsMetadataToo() throws IOException {
    assertThat(metadata("management.health.notify."))
        .containsOnlyKeys("management.health.notify.enabled");
  }

  @Test
  void hintsAreForPropertiesThereAre() throws IOException {
    JsonNode hints;
    try (InputStream in =
        NotifyProperties.class.getResourceAsStream(
            "/META-INF/additional-spring-configuration-metadata.json")) {
      hints = new ObjectMapper().readTree(in).get("hints");
    }
    assertThat(hints).isNotEmpty();
    for (JsonNode hint : hints) {
      String property = hint.get("name").asText().replaceAll("[.](keys|values)$", "");
      assertThat(metadata()).containsKey(property);
    }
  }

  private static String described(JsonNode property) {
    JsonNode value = property.get("defaultValue");
    if (value == null) {
      return property.get("description").asText();
    }
    List<String> values = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(v -> values.add(v.asText()));
    } else {
      values.add(value.asText());
    }
    return property.get("description").asText() + "; `" + String.join(",", values) + "` unless set";
  }
}
