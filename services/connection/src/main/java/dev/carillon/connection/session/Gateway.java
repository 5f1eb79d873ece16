package dev.carillon.connection.session;

import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.signin.Authenticator;
import dev.carillon.connection.signin.ResumeTickets;

/// What all sessions of a gateway share.
///
/// @param config how sessions behave
/// @param sessions the open ones
/// @param authenticator tells who a token speaks for
/// @param tickets stand in for tokens
/// @param messages the message service
/// @param presence the directory
/// @param metrics what is counted
public record Gateway(
    SessionConfig config,
    Sessions sessions,
    Authenticator authenticator,
    ResumeTickets tickets,
    MessageClient messages,
    PresenceAnnouncer presence,
    ConnectionMetrics metrics) {}
