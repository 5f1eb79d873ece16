package dev.carillon.check.fault;

/// A network link from one process to another, through a proxy.
///
/// @param name `from > to`, such as `message-1 > mysql`
record ProxiedLink(String name, TcpProxy proxy) {}
