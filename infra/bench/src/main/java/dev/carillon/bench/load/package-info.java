/// Open-loop load: when messages are due, how late things were, and whether all of it arrived.
@NullMarked
package dev.carillon.bench.load;

import org.jspecify.annotations.NullMarked;
