/** Short forms of the faults, in every build. */
@NullMarked
package dev.notifykit.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
