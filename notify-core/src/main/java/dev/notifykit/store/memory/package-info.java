/** The store that lives in this process and dies with it. */
@NullMarked
package dev.notifykit.store.memory;

import org.jspecify.annotations.NullMarked;
