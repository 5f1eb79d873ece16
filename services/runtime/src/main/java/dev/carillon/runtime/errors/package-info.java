/// The vocabulary in which services refuse: a reason, its kind, and what the caller may do about
/// it.
@NullMarked
package dev.carillon.runtime.errors;

import org.jspecify.annotations.NullMarked;
