/// Tests of the workload.
@NullMarked
package dev.carillon.check.workload;

import org.jspecify.annotations.NullMarked;
