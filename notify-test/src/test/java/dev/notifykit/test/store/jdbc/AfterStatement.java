package dev.notifykit.test.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** A DataSource that does something else once, right after a statement of a certain text. */
final class AfterStatement {
  private final String text;
  private final Runnable action;
  private final AtomicBoolean done = new AtomicBoolean();

  private AfterStatement(String text, Runnable action) {
    this.text = text;
    this.action = action;
  }

  static DataSource of(DataSource source, String text, Runnable action) {
    return new AfterStatement(text, action).watched(DataSource.class, source, false);
  }

  private <T> T watched(Class<T> type, Object target, boolean isIt) {
    return type.cast(
        Proxy.newProxyInstance(
            AfterStatement.class.getClassLoader(),
            new Class<?>[] {type},
            (p, method, args) -> {
              Object result;
              try {
                result = method.invoke(target, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (isIt && method.getName().startsWith("execute") && !done.getAndSet(true)) {
                action.run();
              }
              if (result instanceof PreparedStatement s) {
                return watched(PreparedStatement.class, s, ((String) args[0]).contains(text));
              }
              return result instanceof Connection c ? watched(Connection.class, c, false) : result;
            }));
  }
}
