/// Defects inside the gateway, in its package to reach what only its tests reach.
@NullMarked
package dev.carillon.connection;

import org.jspecify.annotations.NullMarked;
