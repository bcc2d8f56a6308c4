package dev.notifykit.template;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.NotificationException;
import dev.notifykit.TemplateException;
import dev.notifykit.internal.Checks;
import dev.notifykit.message.Message;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds templates by key and keeps them compiled. Thread-safe.
 *
 * <p>A template is compiled when it is first asked for. If a source says that its files change
 * ({@link TemplateSource#refreshInterval}), a template in use is compiled again after the shortest
 * interval of all sources, in the background, while the old one serves; if that fails the old one
 * stays, and a warning is logged.
 */
public final class Templates {
  private static final Logger log = LoggerFactory.getLogger(Templates.class);
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final Set<String> RESERVED = Set.of("layouts", "partials");
  private static final int MAX_TEMPLATES = 10_000;

  private final List<TemplateSource> sources;
  private final List<TemplateEngine> engines;
  private final LoadingCache<String, CatalogTemplate> compiled;

  /**
   * Creates a catalog.
   *
   * @param sources asked in order; the first that has a file wins
   */
  public Templates(List<TemplateSource> sources) {
    this(sources, List.of());
  }

  /**
   * Creates a catalog.
   *
   * @param sources asked in order; the first that has a file wins
   * @param engines asked in order, before the sources
   */
  public Templates(List<TemplateSource> sources, List<TemplateEngine> engines) {
    this(sources, engines, Ticker.systemTicker(), ForkJoinPool.commonPool());
  }

  Templates(
      List<TemplateSource> sources,
      List<TemplateEngine> engines,
      Ticker ticker,
      Executor refresher) {
    this.engines = List.copyOf(engines);
    this.sources = List.copyOf(sources);
    Caffeine<Object, Object> cache =
        Caffeine.newBuilder().maximumSize(MAX_TEMPLATES).ticker(ticker).executor(refresher);
    this.sources.stream()
        .map(TemplateSource::refreshInterval)
        .flatMap(Optional::stream)
        .min(Duration::compareTo)
        .ifPresent(cache::refreshAfterWrite);
    this.compiled = cache.build(new Loader());
  }

  /**
   * Returns a template.
   *
   * @param key the key: letters, digits, dots, dashes and underscores, at most 200
   * @throws TemplateException if the key is malformed, no source has a file of it, or one does not
   *     compile
   */
  public Template get(String key) {
    Checks.notNull("template", key);
    for (TemplateEngine engine : engines) {
      Optional<Template> template = engine.find(key);
      if (template.isPresent()) {
        return template.get();
      }
    }
    return compiled.get(key);
  }

  /**
   * Renders every channel of a template as a recipient called {@code preview} without a name would
   * get it. Nothing is sent or stored.
   *
   * @param key the template's key
   * @param locale the language, or null for the default
   * @param data the values, held to the same rules as a notification's
   * @return the messages, in the order of {@link Channel}
   * @throws TemplateException if there is no such template, a parameter is missing or rendering
   *     fails
   * @throws dev.notifykit.InvalidNotificationException if the data is malformed
   */
  public Map<Channel, Message> preview(
      String key, @Nullable Locale locale, Map<String, Object> data) {
    Template template = get(key);
    String recipient = "preview";
    Map<String, Object> values = Notification.builder(key).to(recipient).with(data).build().data();
    RenderRequest request =
        new RenderRequest(
            values,
            locale,
            new UUID(0, 0),
            "",
            recipient,
            null,
            template.category().orElse(""),
            List.of());
    Map<Channel, Message> messages = new EnumMap<>(Channel.class);
    template.channels().forEach(c -> messages.put(c, template.render(c, request)));
    return Collections.unmodifiableMap(messages);
  }

  private CatalogTemplate compile(String key) {
    if (!KEY.matcher(key).matches() || RESERVED.contains(key)) {
      throw new TemplateException(
          "malformed template key: letters, digits, dots, dashes and underscores, at most 200");
    }
    CatalogTemplate template = new CatalogTemplate(key, sources);
    if (template.channels().isEmpty()) {
      throw new TemplateException(
          sources.isEmpty()
              ? "no template '"
                  + key
                  + "', for the client has no templates; set them when building it"
              : "no template '" + key + "' in " + sources);
    }
    return template;
  }

  private final class Loader implements CacheLoader<String, CatalogTemplate> {
    @Override
    public CatalogTemplate load(String key) {
      return compile(key);
    }

    @Override
    public CatalogTemplate reload(String key, CatalogTemplate old) {
      try {
        CatalogTemplate fresh = compile(key);
        fresh.prepare(old);
        return fresh;
      } catch (NotificationException e) {
        log.warn("Template '{}' stays as it was: {}", key, e.getMessage());
        return old;
      }
    }
  }
}
