/** The kit for tests: recording provider, clock and scheduler to step, assertions, extension. */
@NullMarked
package dev.notifykit.test;

import org.jspecify.annotations.NullMarked;
