/// Reads, checks and describes what a process was told by its environment.
@NullMarked
package dev.carillon.runtime.settings;

import org.jspecify.annotations.NullMarked;
