package dev.carillon.bench.rpc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// The database server of the services.
///
/// @param address `host:port`
/// @param password of the account `carillon`
public record Database(String address, String password) {
  /// Signs in.
  ///
  /// @param options for the driver, such as `a=1&b=2`
  Connection connect(String options) throws SQLException {
    String url = "jdbc:mysql://" + address + "/?sslMode=DISABLED&" + options;
    return DriverManager.getConnection(url, "carillon", password);
  }

  /// Does not say the password.
  @Override
  public String toString() {
    return address;
  }
}
