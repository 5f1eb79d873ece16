/// The gateway: device connections, sign-in, sessions, delivery and acknowledgement.
@NullMarked
package dev.carillon.connection;

import org.jspecify.annotations.NullMarked;
