package dev.notifykit.test;

import dev.notifykit.NotificationClient;
import dev.notifykit.template.TemplateSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The JUnit extension behind {@link NotifyTest}. Register it with options of your own where the
 * annotation does not do:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final NotificationExtension notifications =
 *     NotificationExtension.with(builder -> builder.rateLimit(perRecipient(3, ofHours(1))));
 * }</pre>
 */
public final class NotificationExtension implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(NotificationExtension.class);

  private final @Nullable Consumer<NotificationClient.Builder> options;

  /** Creates an extension that takes its options from {@link NotifyTest}. For JUnit. */
  public NotificationExtension() {
    this.options = null;
  }

  private NotificationExtension(Consumer<NotificationClient.Builder> options) {
    this.options = options;
  }

  /**
   * Returns an extension with options of the test's.
   *
   * @param options as for {@link TestNotifications#create(Consumer)}
   */
  public static NotificationExtension with(Consumer<NotificationClient.Builder> options) {
    return new NotificationExtension(options);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestNotifications.class
        || type == NotificationClient.class
        || type == SettableClock.class
        || type == ManualScheduler.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestNotifications fixture = fixture(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == NotificationClient.class) {
      return fixture.client();
    } else if (type == SettableClock.class) {
      return fixture.clock();
    }
    return type == ManualScheduler.class ? fixture.scheduler() : fixture;
  }

  /** A constructor's parameter belongs to the test that the instance is made for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** One for each test: one of the class would be found, and shared, by every test in it. */
  private TestNotifications fixture(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "each test has a TestNotifications of its own; take it in @BeforeEach");
    }
    Store store = context.getStore(NAMESPACE);
    TestNotifications fixture = store.get(TestNotifications.class, TestNotifications.class);
    if (fixture == null) {
      fixture = TestNotifications.create(options(context));
      store.put(TestNotifications.class, fixture);
    }
    return fixture;
  }

  /** For JUnit 5, which does not close what is in a store. */
  @Override
  public void afterEach(ExtensionContext context) {
    TestNotifications fixture =
        context.getStore(NAMESPACE).remove(TestNotifications.class, TestNotifications.class);
    if (fixture != null) {
      fixture.close();
    }
  }

  private Consumer<NotificationClient.Builder> options(ExtensionContext context) {
    Consumer<NotificationClient.Builder> own = options;
    return own != null ? own : builder -> builder.templates(templates(context));
  }

  private static TemplateSource[] templates(ExtensionContext context) {
    String[] folders =
        context
            .getTestClass()
            .flatMap(type -> annotation(type, context))
            .map(NotifyTest::templates)
            .orElse(new String[] {"notifications"});
    return Arrays.stream(folders).map(TemplateSource::classpath).toArray(TemplateSource[]::new);
  }

  private static Optional<NotifyTest> annotation(Class<?> type, ExtensionContext context) {
    return AnnotationSupport.findAnnotation(
        type, NotifyTest.class, context.getEnclosingTestClasses());
  }
}
