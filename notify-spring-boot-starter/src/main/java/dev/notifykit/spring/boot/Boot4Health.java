package dev.notifykit.spring.boot;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health in the types of Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
final class Boot4Health {
  @Bean
  @ConditionalOnEnabledHealthIndicator("notify")
  CompositeHealthContributor notifyHealthContributor(StatsLook look) {
    Map<String, HealthIndicator> parts = new LinkedHashMap<>();
    new ClientHealth(look).parts().forEach((name, part) -> parts.put(name, () -> health(part)));
    return CompositeHealthContributor.fromMap(parts);
  }

  private static Health health(Supplier<ClientHealth.Condition> part) {
    ClientHealth.Condition condition = part.get();
    Health.Builder health =
        condition.up() == null ? Health.unknown() : condition.up() ? Health.up() : Health.down();
    if (condition.detail() != null) {
      health.withDetail("reason", condition.detail());
    }
    return health.build();
  }
}
