/// The check that every SQL statement of the module stays within one shard.
@NullMarked
package dev.carillon.message.lint;

import org.jspecify.annotations.NullMarked;
