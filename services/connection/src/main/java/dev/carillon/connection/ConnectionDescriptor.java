package dev.carillon.connection;

import dev.carillon.connection.backend.ConnectionStep;
import dev.carillon.runtime.service.ServiceDescriptor;
import java.util.List;

/// The descriptor of the connection service, the gateway of devices.
public final class ConnectionDescriptor extends ServiceDescriptor<ConnectionConfig> {
  /// Called by the service loader.
  public ConnectionDescriptor() {
    super(ConnectionConfig.SERVICE, ConnectionConfig::read, ConnectionApp::start);
  }

  @Override
  public List<String> handsWorkTo() {
    return List.of("message", "presence");
  }

  @Override
  public List<ConnectionStep> failPoints() {
    return List.of(ConnectionStep.values());
  }
}
