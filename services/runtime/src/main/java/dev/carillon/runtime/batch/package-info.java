/// Loops that do what queued while they were busy in one go, and how long they pause between two
/// goes.
@NullMarked
package dev.carillon.runtime.batch;

import org.jspecify.annotations.NullMarked;
