/** Signed links, unsubscribe tokens, receipts and engagement events. */
@NullMarked
package dev.notifykit.tracking;

import org.jspecify.annotations.NullMarked;
