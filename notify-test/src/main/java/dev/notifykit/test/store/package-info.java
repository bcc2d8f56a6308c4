/** The contract every store passes, and what a store's tests give it. */
@NullMarked
package dev.notifykit.test.store;

import org.jspecify.annotations.NullMarked;
