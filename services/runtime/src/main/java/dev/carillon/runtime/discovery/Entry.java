package dev.carillon.runtime.discovery;

/// One key of the registry as it was at some moment.
///
/// @param key the full key
/// @param value its value, text
/// @param createRevision the store's revision at which the key came into being; a key that is
///   deleted and created again gets a larger one
public record Entry(String key, String value, long createRevision) {}
