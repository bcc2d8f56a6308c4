/** Immutable policies and their rules: limits, retries, quiet hours, categories, preferences. */
@NullMarked
package dev.notifykit.policy;

import org.jspecify.annotations.NullMarked;
