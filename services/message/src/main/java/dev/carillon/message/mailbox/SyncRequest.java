package dev.carillon.message.mailbox;

/// A device's request for one page of its mailbox.
///
/// @param device whose page
/// @param start where the page begins
/// @param size how much it may hold
record SyncRequest(Device device, SyncStart start, PageSize size) {}
