/** Sending over a network: requests signed with an app key and a secret. */
@NullMarked
package dev.notifykit.remote;

import org.jspecify.annotations.NullMarked;
