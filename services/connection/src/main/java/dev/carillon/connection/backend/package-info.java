/// What a gateway asks of the other services: the ports and, beside them, their adapters.
@NullMarked
package dev.carillon.connection.backend;

import org.jspecify.annotations.NullMarked;
