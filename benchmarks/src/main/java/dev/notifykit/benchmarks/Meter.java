package dev.notifykit.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Takes the time of a contestant's work and the processor time of this process meanwhile, which
 * moves less than the rate when the machine has other things to do.
 */
final class Meter {
  private static String last = "";

  private final long start = System.nanoTime();
  private final long cpu = cpuNanos();

  /** Returns how many a second, and notes what each of them took. */
  double perSecond(int count) {
    last =
        String.format(Locale.ROOT, ", %.1f us of processor each", (cpuNanos() - cpu) / 1e3 / count);
    return count / ((System.nanoTime() - start) / 1e9);
  }

  /** Returns what each of the last took, for {@link Comparison#remark}. */
  static String last() {
    return last;
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}
