/// What happened in a run, as the clients saw it: the operations, their stamps of one clock, and
/// the file they are kept in.
@NullMarked
package dev.carillon.check.history;

import org.jspecify.annotations.NullMarked;
