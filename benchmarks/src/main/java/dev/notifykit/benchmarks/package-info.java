/** Measurements, each beside what it is compared with, in one run. */
@NullMarked
package dev.notifykit.benchmarks;

import org.jspecify.annotations.NullMarked;
