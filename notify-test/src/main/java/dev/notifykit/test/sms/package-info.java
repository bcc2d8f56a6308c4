/** Services for text messages that run in the test's own process. */
@NullMarked
package dev.notifykit.test.sms;

import org.jspecify.annotations.NullMarked;
