/// Real etcd, Redis and MariaDB processes, started from a folder without root or containers.
@NullMarked
package dev.carillon.engines;

import org.jspecify.annotations.NullMarked;
