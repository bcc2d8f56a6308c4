/** Wires admission, store and dispatch together. Internal: no compatibility is promised. */
@NullMarked
package dev.notifykit.engine;

import org.jspecify.annotations.NullMarked;
