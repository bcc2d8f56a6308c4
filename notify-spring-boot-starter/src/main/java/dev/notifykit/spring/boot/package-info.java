/** Sets up NotifyKit in a Spring Boot application. */
@NullMarked
package dev.notifykit.spring.boot;

import org.jspecify.annotations.NullMarked;
