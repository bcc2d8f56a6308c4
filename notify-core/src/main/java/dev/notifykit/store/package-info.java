/** The SPI for stores: the durable queue, the log and everything kept about recipients. */
@NullMarked
package dev.notifykit.store;

import org.jspecify.annotations.NullMarked;
