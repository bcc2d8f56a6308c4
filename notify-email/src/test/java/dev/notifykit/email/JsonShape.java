package dev.notifykit.email;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A JSON schema, whose objects have no properties but those it names. Published schemas leave
 * others open, and a service ignores what it does not know: a misspelt field would pass.
 */
final class JsonShape {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final Schema schema;

  private JsonShape(JsonNode schema) {
    this.schema = REGISTRY.getSchema(schema);
  }

  static JsonShape of(String schema) throws IOException {
    return new JsonShape(closed(JSON.readTree(schema)));
  }

  /** Reads what an OpenAPI 3.1 description says of the JSON that is posted to a path. */
  static JsonShape ofPost(Path openApi, String path) throws IOException {
    JsonNode api = JSON.readTree(openApi.toFile());
    ObjectNode schema =
        (ObjectNode)
            api.path("paths")
                .path(path)
                .path("post")
                .path("requestBody")
                .path("content")
                .path("application/json")
                .required("schema");
    schema.set("components", api.path("components"));
    return new JsonShape(closed(schema));
  }

  private static JsonNode closed(JsonNode schema) {
    schema.forEach(JsonShape::closed);
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").asText().equals("object")) {
      object.put("additionalProperties", false);
    }
    return schema;
  }

  /** Returns what is wrong with it; empty if nothing is. */
  List<String> violations(JsonNode body) {
    return schema.validate(body).stream()
        .map(e -> e.getInstanceLocation() + ": " + e.getMessage())
        .toList();
  }
}
