/// Fail-points and a clock that jumps, switched on by settings or over the admin port: for tests
/// and the delivery checker, never on the class path of a production process.
@NullMarked
package dev.carillon.failpoints;

import org.jspecify.annotations.NullMarked;
