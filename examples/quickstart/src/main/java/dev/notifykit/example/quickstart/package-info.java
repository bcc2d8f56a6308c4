/** A shop's evening, from its orders to the mails about them. */
@NullMarked
package dev.notifykit.example.quickstart;

import org.jspecify.annotations.NullMarked;
