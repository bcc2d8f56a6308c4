/** From a queued delivery to its outcome. Internal: no compatibility is promised. */
@NullMarked
package dev.notifykit.dispatch;

import org.jspecify.annotations.NullMarked;
