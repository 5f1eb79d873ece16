/// Tests of the command.
@NullMarked
package dev.carillon.check;

import org.jspecify.annotations.NullMarked;
