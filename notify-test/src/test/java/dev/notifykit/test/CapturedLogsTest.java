package dev.notifykit.test;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class CapturedLogsTest {
  private static String text(CapturedLogs logs) {
    return logs.lines().toString();
  }

  @Test
  void loggerThatKeepsItsLinesFromTheRootIsHeard() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ch.qos.logback.classic.Logger apart = context.getLogger("captured.apart");
    ListAppender<ILoggingEvent> own = new ListAppender<>();
    own.start();
    apart.addAppender(own);
    apart.setAdditive(false);
    apart.setLevel(Level.ERROR);
    try (CapturedLogs logs = CapturedLogs.start()) {
      apart.trace("to ann@example.com");
      assertThat(text(logs)).contains("captured.apart", "TRACE to ann@example.com");
      assertThat(own.list).isEmpty();
    }
    apart.trace("left out as before");
    apart.error("its own again");
    assertThat(own.list).extracting(ILoggingEvent::getMessage).containsExactly("its own again");
    assertThat(apart.isAdditive()).isFalse();
    apart.detachAndStopAllAppenders();
    apart.setAdditive(true);
    apart.setLevel(null);
  }

  @Test
  void javaLoggerWithALevelOrHandlersOfItsOwnIsHeard() {
    Logger quiet = Logger.getLogger("captured.quiet");
    Logger apart = Logger.getLogger("captured.apart");
    quiet.setLevel(java.util.logging.Level.OFF);
    apart.setUseParentHandlers(false);
    try (CapturedLogs logs = CapturedLogs.start()) {
      quiet.finest("to ann@example.com");
      apart.fine("to bob@example.com");
      assertThat(text(logs)).contains("ann@example.com", "bob@example.com");
    }
    assertThat(quiet.getLevel()).isEqualTo(java.util.logging.Level.OFF);
    assertThat(apart.getUseParentHandlers()).isFalse();
  }
}
