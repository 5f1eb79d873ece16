/// Redis as something that may be away at any moment: short calls, a circuit, a typed absence.
@NullMarked
package dev.carillon.runtime.redis;

import org.jspecify.annotations.NullMarked;
