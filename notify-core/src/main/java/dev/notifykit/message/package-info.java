/** What a provider receives: rendered messages, one type a channel. */
@NullMarked
package dev.notifykit.message;

import org.jspecify.annotations.NullMarked;
