/// Reads, checks and describes the settings that a process gets from its environment.
@NullMarked
package dev.carillon.runtime.settings;

import org.jspecify.annotations.NullMarked;
