/// Sending and receiving over plain HTTP, for networks that allow nothing else.
@NullMarked
package dev.carillon.connection.http;

import org.jspecify.annotations.NullMarked;
