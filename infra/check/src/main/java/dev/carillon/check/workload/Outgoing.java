package dev.carillon.check.workload;

import dev.carillon.check.history.Event.Outcome;
import java.util.function.Consumer;

/// One attempt to send a message.
///
/// @param op the attempt's number, unique in the run
/// @param conversation to which conversation
/// @param id the message's id in hex
/// @param text what it says
/// @param repeat whether an earlier attempt may have been taken
/// @param ended gets the outcome once it is noted; must not block
record Outgoing(
    long op,
    Conversation conversation,
    String id,
    String text,
    boolean repeat,
    Consumer<Outcome> ended) {}
