/// The delivery contract as properties of a recorded history: one class each, pure functions.
@NullMarked
package dev.carillon.check.property;

import org.jspecify.annotations.NullMarked;
