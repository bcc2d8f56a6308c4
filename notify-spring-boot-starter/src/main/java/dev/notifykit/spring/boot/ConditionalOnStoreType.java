package dev.notifykit.spring.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/** Matches where {@code notify.store.type} is this, or leaves it to what is there. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnStoreType.class)
@interface ConditionalOnStoreType {
  /** Returns the type. */
  StoreProperties.Type value();
}
