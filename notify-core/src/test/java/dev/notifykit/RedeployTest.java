package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.template.TemplateSource;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of an application that ends while its process and the threads it used go on. */
@Timeout(60)
class RedeployTest {
  /** What runs in an application's class loader, by a thread of the container's. */
  public static final class Application implements Runnable {
    @Override
    public void run() {
      Map<String, String> files = Map.of("hello/inbox.title", "Hello {{name}}");
      try (NotificationClient client =
          NotificationClient.builder().templates(TemplateSource.of(files)).build()) {
        assertThat(client.preview("hello", null, Map.of("name", "Ann"))).hasSize(1);
      }
    }
  }

  @Test
  void classesOfAnApplicationThatEndedGoAway() throws Exception {
    ExecutorService container = Executors.newSingleThreadExecutor();
    try {
      WeakReference<ClassLoader> gone = container.submit(RedeployTest::deployed).get();
      while (gone.get() != null) {
        System.gc();
      }
    } finally {
      container.shutdown();
    }
  }

  private static WeakReference<ClassLoader> deployed() throws Exception {
    try (URLClassLoader own =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class<?> application = own.loadClass(Application.class.getName());
      ((Runnable) application.getConstructor().newInstance()).run();
      return new WeakReference<>(own);
    }
  }

  private static URL[] classPath() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
