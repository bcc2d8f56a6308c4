/** The store contract, and what Redis alone can go wrong with, on a Redis of the build's own. */
@NullMarked
package dev.notifykit.test.store.redis;

import org.jspecify.annotations.NullMarked;
