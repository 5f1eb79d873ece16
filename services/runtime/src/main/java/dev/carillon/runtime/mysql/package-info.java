/// The MySQL pool, its small statement helper, its faults, and the schema runner.
@NullMarked
package dev.carillon.runtime.mysql;

import org.jspecify.annotations.NullMarked;
