/// The load of a run: people with several devices who talk, go away and come back, and note all
/// that they do and see.
@NullMarked
package dev.carillon.check.workload;

import org.jspecify.annotations.NullMarked;
