/// The client SDK: connect, send, receive in order, sync and read history.
@NullMarked
package dev.carillon.client;

import org.jspecify.annotations.NullMarked;
