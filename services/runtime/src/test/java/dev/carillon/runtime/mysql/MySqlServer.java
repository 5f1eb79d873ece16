package dev.carillon.runtime.mysql;

import dev.carillon.engines.Durability;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.MariaDbOptions;
import dev.carillon.engines.SqlEngine;
import dev.carillon.runtime.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A database server of one test class, which may kill it.
final class MySqlServer implements BeforeAllCallback, AfterAllCallback {
  private @Nullable Path folder;
  private @Nullable SqlEngine engine;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Path own = Files.createTempDirectory("carillon-mysql");
    folder = own;
    engine =
        SqlEngine.start(
            EngineBinaries.locate(own.resolve("engines"), progress -> {}),
            own.resolve("mariadb"),
            MariaDbOptions.of("carillon", "secret", List.of()).withDurability(Durability.FAST));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (engine != null) {
      engine.close();
    }
    if (folder != null) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  SqlEngine engine() {
    if (engine == null) {
      throw new IllegalStateException("not started (expected: a static extension of the class)");
    }
    return engine;
  }

  /// A configuration for a database on it, which is created.
  ///
  /// @param patience how long an operation rides out that the server is away
  MySqlConfig config(String database, MySqlConfig.Pools pools, Duration patience) {
    return new MySqlConfig(
        "jdbc:mysql://127.0.0.1:" + engine().port(),
        engine().user(),
        Secret.of(engine().password()),
        database,
        MySqlConfig.Tls.DISABLED,
        pools,
        patience,
        Duration.ofSeconds(60),
        true);
  }
}
