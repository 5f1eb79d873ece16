package dev.carillon.message.mailbox;

/// One device of one user; its id is unique per user.
public record Device(String userId, String deviceId) {}
