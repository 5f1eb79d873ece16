package dev.carillon.sequence;

import dev.carillon.runtime.service.ServiceDescriptor;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// The description of the sequence service, for the launcher, the checker and the house rules.
public final class SequenceDescriptor extends ServiceDescriptor<SequenceConfig> {
  /// Called by the service loader.
  public SequenceDescriptor() {
    super(SequenceConfig.SERVICE, SequenceConfig::read, SequenceApp::start);
  }

  @Override
  public void migrate(SequenceConfig config) throws InterruptedException, TimeoutException {
    SequenceApp.migrate(config);
  }

  @Override
  public List<String> databases() {
    return List.of(SequenceConfig.DATABASE);
  }

  @Override
  public boolean ownsSlots() {
    return true;
  }

  @Override
  public List<SequenceStep> failPoints() {
    return List.of(SequenceStep.values());
  }
}
