/** From a notification to its planned deliveries. Internal: no compatibility is promised. */
@NullMarked
package dev.notifykit.admission;

import org.jspecify.annotations.NullMarked;
