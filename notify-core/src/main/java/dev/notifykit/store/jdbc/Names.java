package dev.notifykit.store.jdbc;

import dev.notifykit.ConfigurationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Puts the tables' real names into SQL that names them in braces, such as {@code {queue}}. */
final class Names {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,30}");
  private static final Pattern TABLE = Pattern.compile("\\{([a-z_]+)}");

  private final String schema;
  private final String prefix;
  private final Map<String, String> resolved = new ConcurrentHashMap<>();

  Names(String schema, String prefix) {
    this.schema = schema.isEmpty() ? "" : checked("schema", schema) + ".";
    this.prefix = checked("tablePrefix", prefix);
  }

  // Both go into SQL as they are, so nothing that needs quoting gets past here.
  private static String checked(String option, String value) {
    if (!ALLOWED.matcher(value).matches()) {
      throw new ConfigurationException(option + " must match " + ALLOWED.pattern());
    }
    return value;
  }

  /** The texts of statements are constants of ours, so the cache is bounded by the source code. */
  String sql(String template) {
    return resolved.computeIfAbsent(template, this::resolve);
  }

  String resolve(String template) {
    return TABLE.matcher(template).replaceAll(m -> schema + prefix + m.group(1));
  }

  String script(String text) {
    return text.replace("${schema}", schema).replace("${prefix}", prefix);
  }

  /** What nodes that share these tables agree on, for locks. */
  String identity() {
    return "notifykit:" + schema + prefix;
  }
}
