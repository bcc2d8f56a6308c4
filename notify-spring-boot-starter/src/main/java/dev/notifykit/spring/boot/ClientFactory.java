package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.template.TemplateEngine;
import dev.notifykit.template.TemplateSource;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/** Makes the client of what the context has and the properties say. */
final class ClientFactory {
  private static final Logger log = LoggerFactory.getLogger(ClientFactory.class);
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final NotifyProperties properties;
  private final ApplicationContext context;

  ClientFactory(NotifyProperties properties, ApplicationContext context) {
    this.properties = properties;
    this.context = context;
  }

  NotificationClient client(NotificationStore store) {
    NotificationClient.Builder builder = NotificationClient.builder().store(store).startPaused();
    List<Provider> providers = providers();
    providers.forEach(builder::provider);
    sources(store).forEach(builder::templates);
    beans(TemplateRenderer.class).map(RenderedTemplates::new).forEach(builder::templateEngine);
    beans(TemplateEngine.class).forEach(builder::templateEngine);
    beans(NotificationListener.class).forEach(builder::listener);
    Options.build("notify", NotifyProperties.class, () -> settings(builder));
    policies(builder);
    if (usesVirtualThreads(context.getEnvironment())) {
      builder.threads(new VirtualThreadTaskExecutor("notifykit-").getVirtualThreadFactory());
    }
    beans(NotificationClientCustomizer.class).forEach(c -> c.customize(builder));
    NotificationClient client = Options.build("notify", NotifyProperties.class, builder::build);
    log.info(
        "Notifications are kept by {} and sent by {}",
        store.getClass().getSimpleName(),
        providers.isEmpty() ? "nobody: set up a provider" : names(providers));
    return client;
  }

  private <T> Stream<T> beans(Class<T> type) {
    return context.getBeanProvider(type).orderedStream();
  }

  private List<Provider> providers() {
    List<Provider> providers = new ArrayList<>(beans(Provider.class).toList());
    for (ProviderStep step : beans(ProviderStep.class).toList()) {
      providers = new ArrayList<>(step.apply(providers));
    }
    List<String> order = properties.providerOrder();
    List<String> names = names(providers);
    for (String name : order) {
      if (!names.contains(name)) {
        throw new PropertyRefusedException(
            List.of("notify.provider-order"),
            "there is no provider '" + name + "'; there are " + names,
            null);
      }
    }
    providers.sort(Comparator.comparingInt(p -> place(order, p.name())));
    return providers;
  }

  private static List<String> names(List<Provider> providers) {
    return providers.stream().map(Provider::name).toList();
  }

  private static int place(List<String> order, String name) {
    int index = order.indexOf(name);
    return index < 0 ? order.size() : index;
  }

  private List<TemplateSource> sources(NotificationStore store) {
    NotifyProperties.Templates templates = properties.templates();
    List<TemplateSource> sources = new ArrayList<>(beans(TemplateSource.class).toList());
    boolean own = !sources.isEmpty();
    if (templates.stored()) {
      sources.add(0, TemplateSource.store(store.templates()));
    }
    if (!own) {
      templates.locations().stream().map(TemplateLocations::source).forEach(sources::add);
    }
    if (templates.messagePrefix() != null) {
      sources.add(new MessageTemplates(context, templates.messagePrefix()));
    }
    return sources;
  }

  private NotificationClient.Builder settings(NotificationClient.Builder builder) {
    Options.set(properties.dedupe(), builder::dedupe);
    Options.set(properties.eventIds(), builder::eventIds);
    Options.set(properties.zone(), builder::zone);
    Options.set(properties.reconcileWithin(), builder::reconcileWithin);
    Options.set(properties.pollInterval(), builder::pollInterval);
    Options.set(properties.purgeAfter(), builder::purgeAfter);
    Options.set(properties.drainTimeout(), builder::drainTimeout);
    properties.maxInFlight().forEach(builder::maxInFlight);
    return builder;
  }

  private void policies(NotificationClient.Builder builder) {
    Optional.ofNullable(properties.retry())
        .map(r -> retry("notify.retry", r))
        .ifPresent(builder::retry);
    properties
        .retryByChannel()
        .forEach((channel, r) -> builder.retry(channel, retry(byChannel(channel), r)));
    List<NotifyProperties.Limit> limits = properties.rateLimits();
    for (int i = 0; i < limits.size(); i++) {
      builder.rateLimit(limit("notify.rate-limits[" + i + "]", limits.get(i)));
    }
    properties.categories().forEach((name, c) -> builder.category(category(name, c)));
    Options.set(properties.quietHours(), quiet -> quietHours(builder, quiet));
  }

  private static String byChannel(Channel channel) {
    return "notify.retry-by-channel." + channel.name().toLowerCase(Locale.ROOT);
  }

  private static RetryPolicy retry(String prefix, NotifyProperties.Retry retry) {
    return Options.build(
        prefix,
        NotifyProperties.Retry.class,
        () -> {
          RetryPolicy policy = RetryPolicy.exponential(retry.base());
          policy = retry.maxAttempts() == null ? policy : policy.maxAttempts(retry.maxAttempts());
          policy = retry.maxDelay() == null ? policy : policy.maxDelay(retry.maxDelay());
          return retry.maxRetryAfter() == null
              ? policy
              : policy.maxRetryAfter(retry.maxRetryAfter());
        });
  }

  private static RateLimit limit(String prefix, NotifyProperties.Limit limit) {
    return Options.build(
        prefix,
        NotifyProperties.Limit.class,
        () -> {
          RateLimit rate = unnarrowed(prefix, limit);
          rate = limit.channel() == null ? rate : rate.channel(limit.channel());
          rate = limit.category() == null ? rate : rate.category(limit.category());
          return limit.onLimit() == null ? rate : rate.onLimit(limit.onLimit());
        });
  }

  private static RateLimit unnarrowed(String prefix, NotifyProperties.Limit limit) {
    if (limit.period() == null) {
      throw new PropertyRefusedException(List.of(prefix + ".period"), "it is missing", null);
    }
    if ((limit.scope() == RateLimit.Scope.PROVIDER) != (limit.provider() != null)) {
      throw new PropertyRefusedException(
          List.of(prefix + ".provider", prefix + ".scope"),
          "a limit names a provider if and only if its scope is provider",
          null);
    }
    return switch (limit.scope()) {
      case RECIPIENT -> RateLimit.perRecipient(limit.count(), limit.period());
      case TENANT -> RateLimit.perTenant(limit.count(), limit.period());
      case PROVIDER ->
          RateLimit.perProvider(String.valueOf(limit.provider()), limit.count(), limit.period());
    };
  }

  private static Category category(String name, NotifyProperties.CategorySettings settings) {
    String prefix = "notify.categories." + name;
    return Options.build(
        prefix,
        NotifyProperties.CategorySettings.class,
        () -> {
          Category.Builder category = Category.builder(name);
          Options.set(settings.consent(), category::consent);
          Options.set(settings.unknownOutcome(), category::unknownOutcome);
          Options.set(settings.priority(), category::priority);
          Options.set(settings.timeToLive(), category::timeToLive);
          for (int i = 0; i < settings.fallbacks().size(); i++) {
            fallback(prefix + ".fallbacks[" + i + "]", category, settings.fallbacks().get(i));
          }
          return category.build();
        });
  }

  private static void fallback(
      String prefix, Category.Builder category, NotifyProperties.StandIn standIn) {
    Channel from = standIn.from();
    Channel to = standIn.to();
    Duration after = standIn.after();
    if (from == null || to == null || after == null) {
      throw new PropertyRefusedException(
          List.of(prefix), "it must name from, to and after which time", null);
    }
    category.fallback(from, to).after(after);
  }

  private static void quietHours(NotificationClient.Builder builder, NotifyProperties.Quiet quiet) {
    LocalTime from = quiet.from();
    LocalTime to = quiet.to();
    if (from == null || to == null) {
      throw new PropertyRefusedException(
          List.of("notify.quiet-hours.from", "notify.quiet-hours.to"),
          "they belong together; set both or none",
          null);
    }
    QuietHours hours =
        Options.build(
            "notify.quiet-hours", NotifyProperties.Quiet.class, () -> QuietHours.between(from, to));
    builder.quietHours(hours, quiet.channels().toArray(Channel[]::new));
  }

  static boolean usesVirtualThreads(Environment environment) {
    return environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)
        && Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
  }
}
