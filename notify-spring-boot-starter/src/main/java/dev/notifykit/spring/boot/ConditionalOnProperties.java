package dev.notifykit.spring.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Matches where any property of a prefix is set, unless the one called {@code enabled} is false.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnProperties.class)
@interface ConditionalOnProperties {
  /** Returns the prefix, without its last dot. */
  String value();
}
