/** Small things every package needs. Internal: no compatibility is promised. */
@NullMarked
package dev.notifykit.internal;

import org.jspecify.annotations.NullMarked;
