/** What the library tells the application while it works. */
@NullMarked
package dev.notifykit.event;

import org.jspecify.annotations.NullMarked;
