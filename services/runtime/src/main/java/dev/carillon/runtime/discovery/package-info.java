/// Discovery of instances: etcd behind a port, leases, and the addresses of all running instances.
@NullMarked
package dev.carillon.runtime.discovery;

import org.jspecify.annotations.NullMarked;
