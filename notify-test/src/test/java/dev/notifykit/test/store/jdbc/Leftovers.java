package dev.notifykit.test.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Servers that outlived a test JVM that was killed; the files with their process ids name them. */
final class Leftovers {
  private Leftovers() {}

  static void end(Path base, String pidFile) throws IOException {
    try (var files = Files.walk(base, 2)) {
      for (Path pid : files.filter(f -> f.endsWith(pidFile)).toList()) {
        long id = Long.parseLong(Files.readAllLines(pid).get(0).strip());
        ProcessHandle.of(id)
            .filter(p -> p.info().command().orElse("").matches(".*/(postgres|mariadbd)"))
            .ifPresent(Leftovers::end);
        Files.deleteIfExists(pid);
      }
    }
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      process.destroyForcibly();
    }
  }
}
