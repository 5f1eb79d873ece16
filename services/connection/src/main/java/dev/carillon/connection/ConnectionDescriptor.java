package dev.carillon.connection;

import dev.carillon.connection.backend.ConnectionStep;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.settings.Settings;
import java.util.List;

/// The descriptor of the connection service, the gateway of devices.
public final class ConnectionDescriptor implements ServiceDescriptor<ConnectionConfig> {
  @Override
  public String name() {
    return ConnectionConfig.SERVICE;
  }

  @Override
  public ConnectionConfig read(Settings settings) {
    return ConnectionConfig.read(settings);
  }

  @Override
  public ConnectionApp start(ConnectionConfig config) {
    return ConnectionApp.start(config);
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
