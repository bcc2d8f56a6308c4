/** Pushes to Android devices and browsers through FCM. */
@NullMarked
package dev.notifykit.fcm;

import org.jspecify.annotations.NullMarked;
