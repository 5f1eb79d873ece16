/// ejabberd as a system under test: an installed one, with its archive in a MariaDB of its own.
@NullMarked
package dev.carillon.bench.ejabberd;

import org.jspecify.annotations.NullMarked;
