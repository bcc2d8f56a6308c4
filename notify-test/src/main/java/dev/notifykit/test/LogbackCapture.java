package dev.notifykit.test;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
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
    List<Runnable> undo = context.getLoggerList().stream().map(LogbackCapture::open).toList();
    LogbackCapture capture = new LogbackCapture(to);
    capture.setContext(context);
    capture.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(capture);
    return () -> {
      root.detachAppender(capture);
      undo.forEach(Runnable::run);
    };
  }

  /** Lets all that a logger is given through to the root, and to nothing else. */
  private static Runnable open(Logger logger) {
    Level level = logger.getLevel();
    boolean additive = logger.isAdditive();
    List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    logger.iteratorForAppenders().forEachRemaining(appenders::add);
    if (level != null) {
      logger.setLevel(Level.TRACE);
    }
    logger.setAdditive(true);
    appenders.forEach(logger::detachAppender);
    return () -> {
      appenders.forEach(logger::addAppender);
      logger.setAdditive(additive);
      logger.setLevel(level);
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
