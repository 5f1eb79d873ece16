/// What was measured: one record, one JSON, one table for every scenario.
@NullMarked
package dev.carillon.bench.measurement;

import org.jspecify.annotations.NullMarked;
