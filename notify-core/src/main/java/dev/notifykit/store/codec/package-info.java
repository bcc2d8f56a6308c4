/** How stores write content, addresses and lines of a backup as JSON. Internal. */
@NullMarked
package dev.notifykit.store.codec;

import org.jspecify.annotations.NullMarked;
