package dev.notifykit.spring.boot;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Health in the types of Spring Boot 3, which are not there to compile against: 4.0 moved them. By
 * reflection, so that one jar serves both; {@link Boot4Health} is the same in types.
 */
final class Boot3Health implements ImportBeanDefinitionRegistrar {
  private static final String PACKAGE = "org.springframework.boot.actuate.health.";

  /** Its presence tells Spring Boot 3. */
  static final String INDICATOR = PACKAGE + "HealthIndicator";

  private static final ClassLoader CLASS_LOADER = Boot3Health.class.getClassLoader();

  private final Environment environment;

  Boot3Health(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
    boolean byDefault =
        environment.getProperty("management.health.defaults.enabled", Boolean.class, true);
    if (environment.getProperty("management.health.notify.enabled", Boolean.class, byDefault)) {
      // By a method's name: a supplier could not be processed ahead of time.
      RootBeanDefinition definition = new RootBeanDefinition(Boot3Health.class);
      definition.setFactoryMethodName("contributor");
      definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
      definition.setTargetType(type("CompositeHealthContributor"));
      registry.registerBeanDefinition("notifyHealthContributor", definition);
    }
  }

  private static Class<?> type(String name) {
    return ClassUtils.resolveClassName(PACKAGE + name, CLASS_LOADER);
  }

  static @Nullable Object contributor(StatsLook look) {
    Map<String, Object> indicators = new LinkedHashMap<>();
    new ClientHealth(look).parts().forEach((name, part) -> indicators.put(name, indicator(part)));
    return call(type("CompositeHealthContributor"), null, "fromMap", indicators);
  }

  private static Object indicator(Supplier<ClientHealth.Condition> part) {
    return Proxy.newProxyInstance(
        CLASS_LOADER,
        new Class<?>[] {type("HealthIndicator")},
        (proxy, method, args) -> answer(proxy, method, args, part));
  }

  private static @Nullable Object answer(
      Object proxy, Method method, Object @Nullable [] args, Supplier<ClientHealth.Condition> part)
      throws Throwable {
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, args);
    }
    return switch (method.getName()) {
      case "health" -> health(part.get());
      case "equals" -> args != null && args[0] == proxy;
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "NotifyKit health";
    };
  }

  private static @Nullable Object health(ClientHealth.Condition condition) {
    Boolean up = condition.up();
    Class<?> builderType = type("Health$Builder");
    Object builder = call(type("Health"), null, up == null ? "unknown" : up ? "up" : "down");
    if (condition.detail() != null) {
      call(builderType, builder, "withDetail", "reason", condition.detail());
    }
    return call(builderType, builder, "build");
  }

  /** Calls the public method whose parameters take these arguments. */
  private static @Nullable Object call(
      Class<?> type, @Nullable Object target, String name, Object... arguments) {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && takes(method.getParameterTypes(), arguments)) {
        return ReflectionUtils.invokeMethod(method, target, arguments);
      }
    }
    throw new IllegalStateException(type.getName() + " has no method " + name);
  }

  private static boolean takes(Class<?>[] parameters, Object[] arguments) {
    boolean all = parameters.length == arguments.length;
    for (int i = 0; all && i < parameters.length; i++) {
      all = parameters[i].isInstance(arguments[i]);
    }
    return all;
  }
}
