/// Batch loops, the pauses between their batches, and equal reads that share one execution.
@NullMarked
package dev.carillon.runtime.batch;

import org.jspecify.annotations.NullMarked;
