/// The gRPC server and channels every service uses, with deadlines, refusals, traces and metrics in
/// place.
@NullMarked
package dev.carillon.runtime.grpc;

import org.jspecify.annotations.NullMarked;
