package dev.carillon.message.mailbox;

/// One device of one user.
///
/// @param userId the user
/// @param deviceId the device, unique per user
public record Device(String userId, String deviceId) {}
