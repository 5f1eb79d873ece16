/// The Java SDK: connect, send, receive in order, catch up, read history.
@NullMarked
package dev.carillon.client;

import org.jspecify.annotations.NullMarked;
