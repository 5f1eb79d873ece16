package dev.carillon.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// The limit of every `await()` that names none, set before the first test of a JVM.
///
/// A test that passes does not wait for it; one that fails on a loaded machine alone is worse than
/// one that fails late.
public final class Patience implements LauncherSessionListener {
  /// How long a test waits that does not say.
  public static final Duration LIMIT = Duration.ofMinutes(1);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
