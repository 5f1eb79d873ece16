/// Figures of the kernel and the JVMs about processes: CPU, memory, profiles.
@NullMarked
package dev.carillon.bench.machine;

import org.jspecify.annotations.NullMarked;
