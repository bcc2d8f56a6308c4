package dev.notifykit.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The part of {@link CapturedLogs} that needs Logback, apart so that the other part does not. */
final class LogbackCapture extends AppenderBase<ILoggingEvent> {
  private final Consumer<CapturedLogs.Line> to;

  private LogbackCapture(Consumer<CapturedLogs.Line> to) {
    this.to = to;
  }

  /** Starts to capture; the result undoes it. Does nothing if slf4j writes elsewhere. */
  static Runnable start(Consumer<CapturedLogs.Line> to) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    return factory instanceof LoggerContext context ? start(context, to) : () -> {};
  }

  private static Runnable start(LoggerContext context, Consumer<CapturedLogs.Line> to) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(appenders::add);
    Map<Logger, Level> levels = new HashMap<>();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger, logger.getLevel());
        logger.setLevel(Level.TRACE);
      }
    }
    LogbackCapture capture = new LogbackCapture(to);
    capture.setContext(context);
    capture.start();
    appenders.forEach(root::detachAppender);
    root.addAppender(capture);
    return () -> {
      root.detachAppender(capture);
      appenders.forEach(root::addAppender);
      levels.forEach(Logger::setLevel);
    };
  }

  @Override
  protected void append(ILoggingEvent event) {
    StringBuilder text = new StringBuilder();
    text.append(event.getLevel()).append(' ').append(event.getFormattedMessage());
    text.append(' ').append(event.getMDCPropertyMap());
    if (event.getKeyValuePairs() != null) {
      text.append(' ').append(event.getKeyValuePairs());
    }
    if (event.getThrowableProxy() != null) {
      text.append('\n').append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    to.accept(new CapturedLogs.Line(event.getLoggerName(), text.toString()));
  }
}
