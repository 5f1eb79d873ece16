/// Thousands of connections on one thread, cheap enough to measure servers on the same machine.
@NullMarked
package dev.carillon.bench.net;

import org.jspecify.annotations.NullMarked;
