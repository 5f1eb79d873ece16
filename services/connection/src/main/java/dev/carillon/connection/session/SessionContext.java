package dev.carillon.connection.session;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.signin.QueuedAuthenticator;
import dev.carillon.connection.signin.ResumeTickets;

/// What all sessions of a gateway share.
public record SessionContext(
    SessionConfig config,
    Sessions sessions,
    SessionLoops loops,
    QueuedAuthenticator authenticator,
    ResumeTickets tickets,
    MessageClient messages,
    PresenceAnnouncer presence,
    ConnectionMetrics metrics) {}
