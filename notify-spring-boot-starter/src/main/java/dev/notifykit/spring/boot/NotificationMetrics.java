package dev.notifykit.spring.boot;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationException;
import dev.notifykit.ProviderStats;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.Stats;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.event.NotificationEvent.DeviceDisabled;
import dev.notifykit.event.NotificationEvent.Tracked;
import dev.notifykit.event.NotificationListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Counts what the client tells and measures its queues. Every tag is of a closed set: states,
 * routes, reasons, kinds, and the names of providers.
 */
final class NotificationMetrics implements MeterBinder, NotificationListener {
  private static final String NONE = "none";

  private final Supplier<StatsLook> look;
  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

  /** Creates them; the look is asked for late, for the client itself is told of this listener. */
  NotificationMetrics(Supplier<StatsLook> look) {
    this.look = look;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registries.add(registry);
    for (Route route : Route.values()) {
      bind(registry, route);
    }
    look.get().stats().providers().forEach(provider -> bind(registry, provider.name()));
  }

  private void bind(MeterRegistry registry, Route route) {
    Tags tags = Tags.of("route", route.key());
    gauge(registry, "notify.queue.ready", tags, s -> route(s, route).ready());
    gauge(registry, "notify.queue.scheduled", tags, s -> route(s, route).scheduled());
    gauge(registry, "notify.queue.in.flight", tags, s -> route(s, route).inFlight());
    gauge(registry, "notify.route.paused", tags, s -> route(s, route).paused() ? 1 : 0);
    TimeGauge.builder(
            "notify.queue.oldest.age",
            () -> value(s -> route(s, route).oldestReady().toMillis()),
            TimeUnit.MILLISECONDS)
        .tags(tags)
        .register(registry);
  }

  private static RouteStats route(Stats stats, Route route) {
    return stats.route(route);
  }

  private void bind(MeterRegistry registry, String provider) {
    for (ProviderStats.State state : ProviderStats.State.values()) {
      Tags tags = Tags.of("provider", provider, "state", lower(state));
      gauge(
          registry,
          "notify.provider.state",
          tags,
          s -> provider(s, provider).state() == state ? 1 : 0);
    }
    gauge(
        registry,
        "notify.provider.in.flight",
        Tags.of("provider", provider),
        s -> provider(s, provider).inFlight());
  }

  private static ProviderStats provider(Stats stats, String name) {
    return stats.providers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private void gauge(
      MeterRegistry registry, String name, Tags tags, ToDoubleFunction<Stats> measure) {
    Gauge.builder(name, () -> value(measure)).tags(tags).register(registry);
  }

  /** Not a number while the store does not answer, which no alert should take for zero. */
  private double value(ToDoubleFunction<Stats> measure) {
    try {
      return measure.applyAsDouble(look.get().stats());
    } catch (NotificationException e) {
      return Double.NaN;
    }
  }

  @Override
  public void on(NotificationEvent event) {
    for (MeterRegistry registry : registries) {
      if (event instanceof DeliveryChanged changed) {
        count(registry, changed);
      } else if (event instanceof AlertRaised alert) {
        registry.counter("notify.alerts", "kind", lower(alert.kind())).increment();
      } else if (event instanceof DeviceDisabled) {
        registry.counter("notify.devices.disabled").increment();
      } else if (event instanceof Tracked tracked) {
        registry.counter("notify.tracking", "kind", lower(tracked.event().kind())).increment();
      }
    }
  }

  private static void count(MeterRegistry registry, DeliveryChanged changed) {
    Delivery delivery = changed.delivery();
    registry
        .counter(
            "notify.deliveries",
            "state",
            state(changed),
            "route",
            delivery.route().key(),
            "provider",
            delivery.provider() == null ? NONE : delivery.provider(),
            "reason",
            reason(delivery))
        .increment();
  }

  /** What was just let in is told by one word, due or not. */
  private static String state(DeliveryChanged changed) {
    DeliveryState state = changed.delivery().state();
    boolean admitted = changed.from() == null && state != DeliveryState.SUPPRESSED;
    return admitted ? "admitted" : lower(state);
  }

  /** Reasons of other states are providers' codes, of which there are too many for a tag. */
  private static String reason(Delivery delivery) {
    boolean ofClosedSet =
        delivery.state() == DeliveryState.SUPPRESSED || delivery.state() == DeliveryState.DEAD;
    return ofClosedSet && delivery.reason() != null
        ? delivery.reason().toLowerCase(Locale.ROOT)
        : NONE;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
