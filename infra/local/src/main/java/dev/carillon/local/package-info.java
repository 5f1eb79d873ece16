/// The commands that run the whole product on this machine, and an installation for the demo, the
/// checker and the tests.
@NullMarked
package dev.carillon.local;

import org.jspecify.annotations.NullMarked;
