/** A store in Redis or Valkey, through Lettuce: scripts and what calls them. */
@NullMarked
package dev.notifykit.store.redis;

import org.jspecify.annotations.NullMarked;
