package dev.notifykit.spring.boot;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Forgets before each test method what the one before it sent. */
final class RecordingReset implements TestExecutionListener {
  RecordingReset() {}

  @Override
  public void beforeTestMethod(TestContext testContext) {
    testContext.getApplicationContext().getBean(RecordedNotifications.class).reset();
  }
}
