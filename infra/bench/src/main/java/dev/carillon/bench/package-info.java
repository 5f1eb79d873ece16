/// The benchmarks: open-loop load, its cost per message, and the same work done by a peer.
@NullMarked
package dev.carillon.bench;

import org.jspecify.annotations.NullMarked;
