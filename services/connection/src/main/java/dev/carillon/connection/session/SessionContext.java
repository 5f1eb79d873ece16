package dev.carillon.connection.session;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.signin.ResumeTickets;

/// What all sessions of a gateway share.
///
/// @param config how sessions behave
/// @param sessions the open ones
/// @param loops the event loops that they belong to
/// @param authenticator verifies tokens
/// @param tickets issues and opens resume tickets
/// @param messages the message service
/// @param presence the presence service
/// @param metrics what is counted
public record SessionContext(
    SessionConfig config,
    Sessions sessions,
    SessionLoops loops,
    QueuedAuthenticator authenticator,
    ResumeTickets tickets,
    MessageClient messages,
    PresenceAnnouncer presence,
    ConnectionMetrics metrics) {}
