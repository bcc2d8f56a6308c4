/**
 * Faults that the library must survive: worker processes that are killed, stopped and cut off while
 * an independent ledger writes down what the provider was asked to send.
 */
@NullMarked
package dev.notifykit.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
