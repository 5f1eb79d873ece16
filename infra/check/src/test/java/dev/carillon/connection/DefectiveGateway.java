package dev.carillon.connection;

import dev.carillon.check.defect.Switch;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.runtime.service.ServiceHost;

/// A gateway whose way to the message service has the defect of the moment.
public final class DefectiveGateway {
  private DefectiveGateway() {}

  /// Starts it.
  public static ConnectionApp start(ConnectionConfig config, Switch defects) {
    return ConnectionApp.start(config, new Defective(config.backend(), defects));
  }

  private static final class Defective extends Dependencies {
    private final Switch defects;

    Defective(ConnectionConfig.Backend config, Switch defects) {
      super(config);
      this.defects = defects;
    }

    @Override
    MessageClient messages(ServiceHost host) {
      return new DefectiveAnswers(super.messages(host), defects);
    }
  }
}
