package dev.carillon.connection.signin;

import java.time.Instant;

/// Who a verified token speaks for.
///
/// @param userId the user, valid by [dev.carillon.runtime.identity.UserIds]
/// @param until when the token ends
public record Identity(String userId, Instant until) {}
