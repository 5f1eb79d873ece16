/// Tests of the properties, on histories made by hand and by a model.
@NullMarked
package dev.carillon.check.property;

import org.jspecify.annotations.NullMarked;
