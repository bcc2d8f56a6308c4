package dev.notifykit.spring.boot;

import java.util.Map;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides {@link ConditionalOnStoreType}. */
final class OnStoreType extends SpringBootCondition {
  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    Map<String, Object> attributes =
        Objects.requireNonNull(
            metadata.getAnnotationAttributes(ConditionalOnStoreType.class.getName()));
    StoreProperties.Type wanted =
        Binder.get(context.getEnvironment())
            .bind("notify.store.type", StoreProperties.Type.class)
            .orElse(StoreProperties.Type.AUTO);
    boolean matches = wanted == StoreProperties.Type.AUTO || wanted == attributes.get("value");
    return new ConditionOutcome(
        matches, ConditionMessage.forCondition(ConditionalOnStoreType.class).because("" + wanted));
  }
}
