/// Long streams between instances: at the caller one to an instance or to the owners of slots, at
/// the server one that reads only as far as it has answered.
@NullMarked
package dev.carillon.runtime.stream;

import org.jspecify.annotations.NullMarked;
