package dev.notifykit.benchmarks.spring;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** A web application with a database and actuator; once it is ready it says what that took. */
@SpringBootApplication
class Started {
  static final String READY = "READY ";

  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(Started.class);
    application.addListeners((ApplicationListener<ApplicationReadyEvent>) Started::report);
    application.run(args).close();
  }

  /** Start in ms, CPU of the process in ms, resident memory and heap after a collection in KiB. */
  private static void report(ApplicationReadyEvent ready) {
    long start = ready.getTimeTaken().toMillis();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime() / 1_000_000;
    long resident = resident();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
    System.out.println(READY + start + " " + cpu + " " + resident + " " + heap);
  }

  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // only Linux tells
    }
  }
}
