/** A stand-in for FCM, for tests of an application that sends to Android devices and browsers. */
@NullMarked
package dev.notifykit.test.fcm;

import org.jspecify.annotations.NullMarked;
