/** The SPI for providers of a channel, and the outcomes they report. */
@NullMarked
package dev.notifykit.provider;

import org.jspecify.annotations.NullMarked;
