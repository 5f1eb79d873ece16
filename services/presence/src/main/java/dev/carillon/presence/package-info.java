/// The directory of which device of which user is connected to which gateway.
@NullMarked
package dev.carillon.presence;

import org.jspecify.annotations.NullMarked;
