/** The store in a relational database: PostgreSQL, MySQL, MariaDB or H2, through plain JDBC. */
@NullMarked
package dev.notifykit.store.jdbc;

import org.jspecify.annotations.NullMarked;
