/// Other systems that do the same work, driven by their documented client protocols.
@NullMarked
package dev.carillon.bench.peer;

import org.jspecify.annotations.NullMarked;
