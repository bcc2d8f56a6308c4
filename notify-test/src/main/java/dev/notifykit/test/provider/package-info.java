/** The contract every provider passes over the wire, and the seam to fake services. */
@NullMarked
package dev.notifykit.test.provider;

import org.jspecify.annotations.NullMarked;
