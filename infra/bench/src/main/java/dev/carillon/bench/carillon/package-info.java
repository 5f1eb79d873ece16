/// Carillon as a system under test: an installation of its own and devices that cost next to
/// nothing.
@NullMarked
package dev.carillon.bench.carillon;

import org.jspecify.annotations.NullMarked;
