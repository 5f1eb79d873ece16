/// Faults on purpose: an installation that can be broken in every way, and who breaks it.
@NullMarked
package dev.carillon.check.fault;

import org.jspecify.annotations.NullMarked;
