package dev.carillon.check.fault;

/// A way from one party to another, through a proxy.
///
/// @param name `from > to`, such as `message-1 > mysql`
record Link(String name, TcpProxy proxy) {}
