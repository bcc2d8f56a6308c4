package dev.notifykit.spring.boot;

import java.util.Arrays;
import java.util.List;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

/** What differs between the versions of Spring Boot that these tests run on. */
final class Boot {
  static final boolean IS_3 = ClassUtils.isPresent(Boot3Health.INDICATOR, null);

  private static final Class<?>[] OURS = {
    NotifyApnsAutoConfiguration.class,
    NotifyEmailAutoConfiguration.class,
    NotifyFcmAutoConfiguration.class,
    NotifyLinksAutoConfiguration.class,
    NotifySmsAutoConfiguration.class,
    NotifyWebAutoConfiguration.class,
    NotifyAutoConfiguration.class,
    NotifyActuatorAutoConfiguration.class
  };

  private Boot() {}

  /** A context with everything of ours and nothing of Boot's. */
  static ApplicationContextRunner runner() {
    return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(OURS));
  }

  /** A context with a DataSource and transactions, in a database in memory of its own. */
  static ApplicationContextRunner withDatabase(String name) {
    return runner()
        .withConfiguration(
            AutoConfigurations.of(
                either("jdbc.autoconfigure.", "autoconfigure.jdbc.", "DataSourceAutoConfiguration"),
                either(
                    "jdbc.autoconfigure.",
                    "autoconfigure.jdbc.",
                    "DataSourceTransactionManagerAutoConfiguration")))
        .withPropertyValues(
            "spring.datasource.url=jdbc:h2:mem:" + name + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1");
  }

  /** Does what {@code spring.main.lazy-initialization} does to a whole application. */
  static <T extends AbstractApplicationContextRunner<T, ?, ?>> T lazy(T runner) {
    return runner.withInitializer(
        context ->
            context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
  }

  private static Class<?> either(String in4, String in3, String name) {
    String type = "org.springframework.boot." + (IS_3 ? in3 : in4) + name;
    return ClassUtils.resolveClassName(type, null);
  }

  static List<Class<?>> ours() {
    return Arrays.asList(OURS);
  }
}
