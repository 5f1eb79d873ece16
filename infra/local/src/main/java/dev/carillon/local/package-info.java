/// The whole product in one command on embedded real engines.
@NullMarked
package dev.carillon.local;

import org.jspecify.annotations.NullMarked;
