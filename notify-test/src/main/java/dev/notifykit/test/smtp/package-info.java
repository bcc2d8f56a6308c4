/** A mail server for tests and examples. */
@NullMarked
package dev.notifykit.test.smtp;

import org.jspecify.annotations.NullMarked;
