/** The contract and more on JdbcStore, with real servers. */
@NullMarked
package dev.notifykit.test.store.jdbc;

import org.jspecify.annotations.NullMarked;
