package dev.notifykit.template;

import dev.notifykit.Channel;
import dev.notifykit.TemplateException;
import dev.notifykit.message.Message;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A template of a catalog: the default language is compiled at once, each other one when it is
 * first asked for. Thread-safe.
 */
final class CatalogTemplate implements Template {
  /** Locales remembered; beyond it they are all forgotten, for locales come from outside. */
  static final int MAX_LOCALES = 500;

  private final String key;
  private final List<TemplateSource> sources;
  private final Manifest manifest;
  private final Variant standard;
  private final Set<Channel> channels;
  private final Map<Locale, Variant> variants = new ConcurrentHashMap<>();

  CatalogTemplate(String key, List<TemplateSource> sources) {
    this.key = key;
    this.sources = sources;
    this.manifest =
        new Lookup(sources, List.of(""))
            .find(key, Manifest.FILE_NAME)
            .map(Manifest::parse)
            .orElse(Manifest.NONE);
    this.standard = compile(Locales.folders(null));
    this.channels = Collections.unmodifiableSet(standard.channels());
  }

  private Variant compile(List<String> folders) {
    return new VariantCompiler(key, manifest, new Lookup(sources, folders)).compile();
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Set<Channel> channels() {
    return channels;
  }

  @Override
  public Optional<String> category() {
    return Optional.ofNullable(manifest.category());
  }

  @Override
  public boolean tracksLinks() {
    return manifest.tracksLinks();
  }

  @Override
  public void checkParameters(Channel channel, @Nullable Locale locale, Map<String, Object> data) {
    content(channel, locale).check(data);
  }

  @Override
  public Message render(Channel channel, RenderRequest request) {
    return content(channel, request.locale()).render(request);
  }

  /** Compiles the languages another instance has in use, so that an error in one shows now. */
  void prepare(CatalogTemplate other) {
    other.variants.keySet().forEach(this::variant);
  }

  private ChannelContent content(Channel channel, @Nullable Locale locale) {
    ChannelContent content = variant(locale).content(channel);
    if (content == null) {
      throw new TemplateException("template '" + key + "' has no content for " + channel);
    }
    return content;
  }

  private Variant variant(@Nullable Locale locale) {
    if (locale == null) {
      return standard;
    }
    Variant known = variants.get(locale);
    return known != null ? known : addVariant(locale);
  }

  private Variant addVariant(Locale locale) {
    Variant variant = compile(Locales.folders(locale));
    if (variants.size() >= MAX_LOCALES) {
      variants.clear();
    }
    Variant shared = shared(variant);
    variants.put(locale, shared);
    return shared;
  }

  /** Most locales come down to the same files; those share what was compiled from them. */
  private Variant shared(Variant variant) {
    if (variant.files().equals(standard.files())) {
      return standard;
    }
    for (Variant other : variants.values()) {
      if (other.files().equals(variant.files())) {
        return other;
      }
    }
    return variant;
  }
}
