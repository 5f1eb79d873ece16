/// Services driven straight over gRPC at saturation, and the floors below them.
@NullMarked
package dev.carillon.bench.rpc;

import org.jspecify.annotations.NullMarked;
