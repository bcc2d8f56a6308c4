package dev.notifykit.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestExecutionListeners;
import org.springframework.test.context.TestExecutionListeners.MergeMode;

/**
 * Replaces every provider of a {@code @SpringBootTest}'s context by recording ones, so that nothing
 * leaves the process. Inject {@link RecordedNotifications} to see what would have; it is empty at
 * the start of each test method, and what an earlier one left waiting is cancelled. So tests that
 * share a context cannot run beside each other; where JUnit runs tests in parallel,
 * {@code @ResourceLock} keeps them apart. Needs {@code notify-test} on the test's class path.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Import(RecordingConfiguration.class)
@TestExecutionListeners(listeners = RecordingReset.class, mergeMode = MergeMode.MERGE_WITH_DEFAULTS)
public @interface RecordNotifications {}
