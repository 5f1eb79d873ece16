/// Support for tests: real engines as JUnit extensions, and a clock that moves by hand.
@NullMarked
package dev.carillon.testing;

import org.jspecify.annotations.NullMarked;
