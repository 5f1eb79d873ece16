package dev.carillon.sequence;

import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.settings.Settings;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// The description of the sequence service, for the launcher, the checker and the house rules.
public final class SequenceDescriptor implements ServiceDescriptor<SequenceConfig> {
  @Override
  public String name() {
    return SequenceConfig.SERVICE;
  }

  @Override
  public SequenceConfig read(Settings settings) {
    return SequenceConfig.read(settings);
  }

  @Override
  public SequenceApp start(SequenceConfig config) throws InterruptedException, TimeoutException {
    return SequenceApp.start(config);
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
