package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.event.NotificationEvent.DeviceDisabled;
import dev.notifykit.event.NotificationEvent.Tracked;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.test.RecordingProvider;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page, the dashboard and the alert rules speak of the metrics there are, and of all of them.
 */
@Timeout(60)
class OperationsDocTest {
  private static final Pattern NAME = Pattern.compile("notify_[a-z_]+");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(notify_[a-z_]+)` \\| ([^|]*)\\|");

  static Path docs() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/operations.md"))) {
      directory = directory.getParent();
    }
    return directory.resolve("docs");
  }

  /** Has everything happen that is counted, and returns what Prometheus would read. */
  private static String scrape() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ObservationRegistry observations = ObservationRegistry.create();
    observations
        .observationConfig()
        .observationHandler(new DefaultMeterObservationHandler(registry));
    String[] scraped = new String[1];
    Boot.runner()
        .withBean(ObservationRegistry.class, () -> observations)
        .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .run(
            context -> {
              NotificationMetrics metrics = context.getBean(NotificationMetrics.class);
              metrics.bindTo(registry);
              NotificationClient client = context.getBean(NotificationClient.class);
              Observation.createNotStarted("order", observations)
                  .observe(() -> TransactionCases.send(client, "A-1"))
                  .completion()
                  .toCompletableFuture()
                  .join();
              metrics.on(new AlertRaised(AlertKind.PROVIDER_DOWN, Route.SMS, "twilio", "detail"));
              metrics.on(new DeviceDisabled("", "ann", "d1", "410"));
              metrics.on(new Tracked(opened()));
              metrics.on(new DeliveryChanged(dead(), DeliveryState.CLAIMED, null));
              scraped[0] = registry.scrape();
            });
    return scraped[0];
  }

  private static TrackingEvent opened() {
    return new TrackingEvent(
        "e1", "", new UUID(0, 1), TrackingEvent.Kind.OPENED, null, Instant.EPOCH);
  }

  private static Delivery dead() {
    Instant now = Instant.EPOCH;
    return new Delivery(
        new UUID(0, 1),
        new UUID(0, 2),
        "",
        "ann",
        Channel.SMS,
        Route.SMS,
        "",
        "t",
        "c",
        DeliveryState.DEAD,
        "REJECTED",
        1,
        "twilio",
        null,
        null,
        now,
        now);
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group().replaceAll("(_seconds)?(_sum|_count|_bucket)$", "$1"));
    }
    return names;
  }

  @Test
  void pageDashboardAndAlertsSpeakOfTheMetricsThereAre() throws IOException {
    String scraped = scrape();
    Set<String> real = new TreeSet<>();
    for (String line : scraped.lines().filter(l -> l.startsWith("notify_")).toList()) {
      real.add(line.split("[{ ]")[0].replaceAll("_(sum|count|bucket)$", ""));
    }
    // Of every timer and long task Micrometer makes these beside it.
    real.removeIf(name -> name.endsWith("_max") || name.contains("_active"));

    String page = Files.readString(docs().resolve("operations.md"));
    Set<String> documented = new TreeSet<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      documented.add(row.group(1));
      for (String tag : row.group(2).replaceAll("[` ]", "").split(",")) {
        assertThat(scraped)
            .as("tag %s of %s", tag, row.group(1))
            .containsPattern(
                "(?m)^" + row.group(1) + (tag.isEmpty() ? "" : "[^\\n]*[{,]" + tag + "="));
      }
    }
    assertThat(documented).isEqualTo(real);
    for (String file : new String[] {"grafana-dashboard.json", "prometheus-alerts.yml"}) {
      assertThat(real).containsAll(names(Files.readString(docs().resolve("operations/" + file))));
    }
  }
}
