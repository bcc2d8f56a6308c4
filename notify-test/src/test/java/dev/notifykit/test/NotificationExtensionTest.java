package dev.notifykit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ClientClosedException;
import dev.notifykit.Recipient;
import dev.notifykit.TemplateException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Whose fixture a test has. The nested classes are run by the launcher only. */
@Timeout(60)
final class NotificationExtensionTest {
  private static final List<TestNotifications> seen = new ArrayList<>();

  private static void runs(Class<?> type, int tests) {
    seen.clear();
    assertThat(Runs.of(type)).hasSize(tests).containsOnly(Status.SUCCESSFUL);
    assertThat(seen).hasSize(tests).doesNotHaveDuplicates();
    for (TestNotifications fixture : seen) {
      assertThatThrownBy(() -> send(fixture)).isInstanceOf(ClientClosedException.class);
    }
  }

  private static void send(TestNotifications with) {
    with.client()
        .notification("order-shipped")
        .to(Recipient.builder("ann").email("ann@example.com").build())
        .with("orderNo", "A-1")
        .send();
  }

  @Test
  void constructorsParameterIsTheTests() {
    runs(InConstructor.class, 2);
  }

  @Test
  void oneInstanceForAllTestsHasAFixtureForEach() {
    runs(PerClass.class, 2);
  }

  @Test
  void fixtureIsNotSharedByTheTestsOfAClass() {
    assertThat(Runs.of(InBeforeAll.class)).isEmpty();
  }

  @Test
  void nestedClassHasTheTemplatesOfItsOuterOne() {
    runs(Outer.class, 1);
  }

  @Test
  void subclassHasTheTemplatesOfItsSuperclass() {
    runs(Sub.class, 1);
  }

  @NotifyTest
  static final class InConstructor {
    private final TestNotifications notifications;

    InConstructor(TestNotifications notifications) {
      this.notifications = notifications;
    }

    @RepeatedTest(2)
    void sendsOne(TestNotifications same) {
      seen.add(notifications);
      assertThat(same).isSameAs(notifications);
      send(notifications);
      NotifyAssertions.assertThat(notifications).hasCount(1);
    }
  }

  @NotifyTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class PerClass {
    @BeforeEach
    void sendOne(TestNotifications notifications) {
      send(notifications);
    }

    @RepeatedTest(2)
    void sendsOneMore(TestNotifications notifications) {
      seen.add(notifications);
      send(notifications);
      NotifyAssertions.assertThat(notifications).hasCount(2);
    }

    @AfterEach
    void isStillOpen(TestNotifications notifications) {
      send(notifications);
    }
  }

  @NotifyTest
  static final class InBeforeAll {
    @BeforeAll
    static void take(TestNotifications notifications) {
      send(notifications);
    }

    @Test
    void isNeverRun() {}
  }

  @NotifyTest(templates = {})
  static final class Outer {
    @Nested
    final class Inner {
      @Test
      void hasNoTemplates(TestNotifications notifications) {
        hasNone(notifications);
      }
    }
  }

  @NotifyTest(templates = {})
  abstract static class Base {}

  static final class Sub extends Base {
    @Test
    void hasNoTemplates(TestNotifications notifications) {
      hasNone(notifications);
    }
  }

  private static void hasNone(TestNotifications notifications) {
    seen.add(notifications);
    assertThatThrownBy(() -> send(notifications)).isInstanceOf(TemplateException.class);
  }
}
