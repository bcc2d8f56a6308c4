package dev.notifykit.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides {@link ConditionalOnProperties}: a provider half configured must fail, not vanish. */
final class OnProperties extends SpringBootCondition {
  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    var attributes = // with or without nulls, as Spring's version has it
        metadata.getAnnotationAttributes(ConditionalOnProperties.class.getName());
    String prefix = String.valueOf(attributes == null ? null : attributes.get("value"));
    Environment environment = context.getEnvironment();
    ConditionMessage.Builder message =
        ConditionMessage.forCondition(ConditionalOnProperties.class, prefix);
    if (!isSet(environment, prefix)) {
      return ConditionOutcome.noMatch(message.because("no such property is set"));
    }
    boolean enabled = environment.getProperty(prefix + ".enabled", Boolean.class, true);
    return new ConditionOutcome(enabled, message.because(enabled ? "set" : "switched off"));
  }

  static boolean isSet(Environment environment, String prefix) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(prefix);
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
        return true;
      }
    }
    return false;
  }
}
