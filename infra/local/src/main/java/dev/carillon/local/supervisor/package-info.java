/// The process that runs an installation: it starts real engines and all instances of the services,
/// restarts those that end, and stops everything in order.
@NullMarked
package dev.carillon.local.supervisor;

import org.jspecify.annotations.NullMarked;
