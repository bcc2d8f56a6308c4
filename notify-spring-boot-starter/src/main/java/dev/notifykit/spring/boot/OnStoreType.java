package dev.notifykit.spring.boot;

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
    var attributes = // with or without nulls, as Spring's version has it
        Objects.requireNonNull(
            metadata.getAnnotationAttributes(ConditionalOnStoreType.class.getName()));
    StoreProperties.Type wanted =
        Binder.get(context.getEnvironment())
            .bind("notify.store.type", StoreProperties.Type.class)
            .orElse(StoreProperties.Type.AUTO);
    Object offered = attributes.get("value");
    boolean there =
        offered != StoreProperties.Type.REDIS
            || RedisAddress.of(context.getEnvironment()).isKnown();
    boolean matches = wanted == offered || (wanted == StoreProperties.Type.AUTO && there);
    return new ConditionOutcome(
        matches, ConditionMessage.forCondition(ConditionalOnStoreType.class).because("" + wanted));
  }
}
