/// What is measured: one class for each kind of work.
@NullMarked
package dev.carillon.bench.scenario;

import org.jspecify.annotations.NullMarked;
