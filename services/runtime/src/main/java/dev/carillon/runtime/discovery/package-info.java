/// What instances of Carillon know of each other: etcd behind a port, leases, and who is running
/// where.
@NullMarked
package dev.carillon.runtime.discovery;

import org.jspecify.annotations.NullMarked;
