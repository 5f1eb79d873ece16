/// Defects inside the message service, in its package to reach what only its tests reach.
@NullMarked
package dev.carillon.message;

import org.jspecify.annotations.NullMarked;
