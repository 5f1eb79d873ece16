/// Log lines as JSON or as text, without message text in either.
@NullMarked
package dev.carillon.runtime.logging;

import org.jspecify.annotations.NullMarked;
