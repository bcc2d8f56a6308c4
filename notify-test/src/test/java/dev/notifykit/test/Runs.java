package dev.notifykit.test;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests inside a test, to see whether they fail. */
public final class Runs {
  private Runs() {}

  /** Returns the results of the test. */
  public static List<TestExecutionResult.Status> of(Class<?> type, String method) {
    return of(selectMethod(type, method));
  }

  /** Returns the results of the class's tests. */
  public static List<TestExecutionResult.Status> of(Class<?> type) {
    return of(selectClass(type));
  }

  private static List<TestExecutionResult.Status> of(DiscoverySelector selector) {
    List<TestExecutionResult.Status> results = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selector).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                  results.add(result.getStatus());
                }
              }
            });
    return results;
  }
}
