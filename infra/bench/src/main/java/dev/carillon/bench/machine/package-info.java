/// What the kernel and the JVMs tell about processes: CPU, memory, pressure, profiles.
@NullMarked
package dev.carillon.bench.machine;

import org.jspecify.annotations.NullMarked;
