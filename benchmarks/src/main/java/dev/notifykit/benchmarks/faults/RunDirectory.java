package dev.notifykit.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run's files, named after its process so that the leavings of a killed run can be told. */
final class RunDirectory implements AutoCloseable {
  private static final String PREFIX = "run-";

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  static RunDirectory create() throws IOException {
    Path base = Path.of(System.getProperty("faults.dir", "target/faults")).toAbsolutePath();
    Files.createDirectories(base);
    clearLeavings(base);
    String name = PREFIX + ProcessHandle.current().pid() + "-";
    return new RunDirectory(Files.createTempDirectory(base, name));
  }

  Path path() {
    return path;
  }

  private static void clearLeavings(Path base) throws IOException {
    try (Stream<Path> runs = Files.list(base)) {
      for (Path run : runs.filter(RunDirectory::isAbandoned).toList()) {
        clear(run);
      }
    }
  }

  /** Another run may be at the same, so that files go while they are looked at. */
  private static void clear(Path run) {
    try {
      endServers(run);
      delete(run);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + run);
    }
  }

  private static boolean isAbandoned(Path run) {
    String name = run.getFileName().toString();
    return name.startsWith(PREFIX)
        && ProcessHandle.of(Long.parseLong(name.split("-")[1])).isEmpty();
  }

  /** Database servers outlive the JVM that started them; their pid files name them. */
  private static void endServers(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run, 4)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
        long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
        ProcessHandle.of(pid)
            .filter(
                p -> p.info().command().orElse("").matches(".*(postgres|mariadbd|redis-server.*)"))
            .ifPresent(RunDirectory::end);
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

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(RunDirectory::deleteFile);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    delete(path);
  }
}
