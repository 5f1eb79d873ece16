package dev.carillon.engines;

/// What clients of SQL have to know of an engine.
public interface SqlServer {
  /// The address of one database for MySQL Connector/J, without the account.
  String url(String database);

  /// The account that clients sign in with.
  String user();

  /// Its password.
  String password();
}
