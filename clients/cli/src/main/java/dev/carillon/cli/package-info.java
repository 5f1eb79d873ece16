/// The client-side commands of the carillon command line.
@NullMarked
package dev.carillon.cli;

import org.jspecify.annotations.NullMarked;
