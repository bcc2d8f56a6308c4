/** A stand-in for APNs, for tests of an application that sends to Apple devices. */
@NullMarked
package dev.notifykit.test.apns;

import org.jspecify.annotations.NullMarked;
