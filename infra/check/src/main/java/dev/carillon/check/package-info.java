/// The delivery contract, checked: clients whose histories are recorded, faults, and the properties
/// that every history must have.
@NullMarked
package dev.carillon.check;

import org.jspecify.annotations.NullMarked;
