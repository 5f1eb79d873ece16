package dev.carillon.connection.signin;

import java.time.Instant;

/// The user whom a verified token or ticket identifies.
///
/// @param userId the user, valid by [dev.carillon.runtime.identity.UserIds]
/// @param until when the token expires
public record Identity(String userId, Instant until) {}
