package dev.notifykit.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a {@link TestNotifications} of its own, as a parameter of the test and
 * of methods before and after each test, and closes it afterwards. {@code NotificationClient},
 * {@link SettableClock} and {@link ManualScheduler} can be parameters too; they are those of the
 * same fixture. A constructor can have them as well, unless one instance serves the whole class.
 *
 * <p>Holds for subclasses and nested test classes, too. Needs JUnit 5.12 or later.
 *
 * <p>For options other than templates register a {@link NotificationExtension} instead.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NotificationExtension.class)
public @interface NotifyTest {
  /** The folders of the classpath that templates are read from. */
  String[] templates() default "notifications";
}
