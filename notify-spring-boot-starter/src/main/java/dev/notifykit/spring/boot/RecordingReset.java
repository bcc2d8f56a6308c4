package dev.notifykit.spring.boot;

import org.springframework.core.annotation.Order;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Forgets before each test method what the one before it sent. It comes before the transaction of a
 * {@code @Transactional} test, which would be rolled back, and after the injection of beans.
 */
@Order(3_000)
final class RecordingReset implements TestExecutionListener {
  RecordingReset() {}

  @Override
  public void beforeTestMethod(TestContext testContext) {
    testContext.getApplicationContext().getBean(RecordedNotifications.class).reset();
  }
}
