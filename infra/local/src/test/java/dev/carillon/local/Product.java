package dev.carillon.local;

import dev.carillon.client.CursorStore;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// The whole product, running for real as `up` starts it: one supervisor process with every service
/// in it, started by the first test that asks and shared by all. Tests keep apart by using people
/// of their own.
final class Product implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(Product.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == OwnInstallation.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            "running", key -> new Running(start("product", false, "")), Running.class)
        .installation();
  }

  /// Starts an installation on a new folder below `target`.
  static OwnInstallation start(String name, boolean processes, String instances) {
    InstallationFolder folder = new InstallationFolder(Path.of("target", "installations", name));
    try {
      folder.delete();
      return OwnInstallation.start(
          new InstallationPlan(folder, processes, InstanceCounts.parse(instances), true),
          step -> {});
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + folder, e);
    }
  }

  /// A name that no other test uses.
  static String person(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /// A device that has seen nothing yet.
  static RecordingDevice device(OwnInstallation installation, String user, String name) {
    return device(installation, user, name, new InMemoryCursorStore());
  }

  /// A device that goes on where `cursors` ended.
  static RecordingDevice device(
      OwnInstallation installation, String user, String name, CursorStore cursors) {
    return RecordingDevice.open(installation.now(), user, name, cursors);
  }

  /// Stops the installation when the last test is over.
  private record Running(OwnInstallation installation) implements AutoCloseable {
    @Override
    public void close() throws IOException, InterruptedException {
      installation.close();
    }
  }
}
