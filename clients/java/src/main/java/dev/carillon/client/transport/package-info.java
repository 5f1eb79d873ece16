/// The connections of a client to gateways: the port that carries frames, its WebSocket adapter,
/// which gateway to try next, and the timers, pauses and executors that connections run on.
///
/// Internal to the SDK: applications use the types of [dev.carillon.client] alone, and what is
/// public here may change with any release.
@NullMarked
package dev.carillon.client.transport;

import org.jspecify.annotations.NullMarked;
