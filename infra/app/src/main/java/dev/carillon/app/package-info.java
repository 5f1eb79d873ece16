/// The `carillon` command line, put together from the commands of a client, of an installation, of
/// the checker and of the benchmarks.
@NullMarked
package dev.carillon.app;

import org.jspecify.annotations.NullMarked;
