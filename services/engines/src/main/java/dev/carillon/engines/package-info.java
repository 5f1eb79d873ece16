/// Real etcd, Redis and MariaDB as child processes: no container, no root, none left behind.
@NullMarked
package dev.carillon.engines;

import org.jspecify.annotations.NullMarked;
