/// Starting, waiting for dependencies, readiness, orderly drain and closing in reverse order.
@NullMarked
package dev.carillon.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
