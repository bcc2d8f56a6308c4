/** What an application touches: the client, and the values it takes and gives. */
@NullMarked
package dev.notifykit;

import org.jspecify.annotations.NullMarked;
