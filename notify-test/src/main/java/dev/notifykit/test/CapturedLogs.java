package dev.notifykit.test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Everything logged in this process, at every level, from {@link #start} to {@link #close}: slf4j's
 * output where Logback is behind it, and {@code java.util.logging}. Meanwhile nothing goes to the
 * usual appenders, which a flood of trace output would only slow down.
 *
 * <p>Logging is global to the process, so run tests that capture it one after another. Thread-safe.
 */
public final class CapturedLogs implements AutoCloseable {
  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

  private final ConcurrentLinkedQueue<Line> lines = new ConcurrentLinkedQueue<>();
  private final List<Runnable> undo = new ArrayList<>();

  /**
   * One thing that was logged.
   *
   * @param logger the logger's name
   * @param text level, message with its arguments, context and stack trace
   */
  public record Line(String logger, String text) {}

  private CapturedLogs() {}

  /** Starts to capture. Close the result to restore what was. */
  public static CapturedLogs start() {
    CapturedLogs logs = new CapturedLogs();
    logs.captureJul();
    if (isPresent(LOGBACK)) {
      logs.undo.add(LogbackCapture.start(logs.lines::add));
    }
    return logs;
  }

  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, CapturedLogs.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private void captureJul() {
    LogManager manager = LogManager.getLogManager();
    for (String name : Collections.list(manager.getLoggerNames())) {
      Logger logger = manager.getLogger(name);
      if (logger != null) { // not garbage
        undo.add(open(logger));
      }
    }
    Logger root = Logger.getLogger("");
    Handler capture = new JulCapture(lines::add);
    root.addHandler(capture);
    undo.add(0, () -> root.removeHandler(capture));
  }

  /** Lets all that a logger is given through to the root, and to nothing else. */
  private static Runnable open(Logger logger) {
    Level level = logger.getLevel();
    boolean toParent = logger.getUseParentHandlers();
    List<Handler> handlers = List.of(logger.getHandlers());
    if (level != null) {
      logger.setLevel(Level.ALL);
    }
    logger.setUseParentHandlers(true);
    handlers.forEach(logger::removeHandler);
    return () -> {
      handlers.forEach(logger::addHandler);
      logger.setUseParentHandlers(toParent);
      logger.setLevel(level);
    };
  }

  /** Returns what was logged so far, oldest first. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** Stops and puts levels and appenders back. */
  @Override
  public void close() {
    undo.forEach(Runnable::run);
    undo.clear();
  }

  private static final class JulCapture extends Handler {
    private final Consumer<Line> to;
    private final SimpleFormatter formatter = new SimpleFormatter();

    JulCapture(Consumer<Line> to) {
      this.to = to;
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord line) {
      String logger = line.getLoggerName() == null ? "" : line.getLoggerName();
      to.accept(new Line(logger, formatter.format(line)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
