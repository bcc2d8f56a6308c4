/** Finding, compiling and rendering templates. */
@NullMarked
package dev.notifykit.template;

import org.jspecify.annotations.NullMarked;
