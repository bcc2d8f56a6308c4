/** Pushes to Apple devices through APNs. */
@NullMarked
package dev.notifykit.apns;

import org.jspecify.annotations.NullMarked;
