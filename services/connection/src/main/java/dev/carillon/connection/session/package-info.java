/// Open sessions: their frames, deliveries, acknowledgements and timers.
@NullMarked
package dev.carillon.connection.session;

import org.jspecify.annotations.NullMarked;
