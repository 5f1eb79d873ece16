/// How frames and HTTP requests reach a gateway: the client port and the gRPC stream.
@NullMarked
package dev.carillon.connection.transport;

import org.jspecify.annotations.NullMarked;
