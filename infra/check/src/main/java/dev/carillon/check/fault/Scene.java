package dev.carillon.check.fault;

import dev.carillon.installation.Installation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where one fault may strike.
///
/// @param freezing makes so many devices read nothing for so long; returns at once
/// @param chance the choices of this fault
/// @param busy the targets of faults that are not healed yet
record Scene(
    TestInstallation installation,
    BiConsumer<Integer, Duration> freezing,
    Chance chance,
    Set<String> busy) {
  /// A fault that has begun and is not healed yet.
  ///
  /// @param target what it hit
  /// @param detail in words
  /// @param length how long it is to last before it is healed
  /// @param healing ends it
  record Breakage(String target, String detail, Duration length, Healing healing) {
    /// Ends a fault; returns when it has ended.
    @FunctionalInterface
    interface Healing {
      void heal() throws Exception;
    }
  }

  private static final double SPARE_THE_LAST = 0.8;

  /// Any instance that has a process; null when there is none just now.
  Installation.@Nullable Service any() {
    return choose(one -> one.pid() > 0);
  }

  /// An instance of one of these services that is announced, so that its admin port is known.
  Installation.@Nullable Service announced(Set<String> services) {
    return choose(one -> !one.admin().isEmpty() && services.contains(one.service()));
  }

  /// An instance without another fault, and mostly one whose service has another instance that
  /// works: a run in which nothing ever works proves nothing.
  private Installation.@Nullable Service choose(Predicate<Installation.Service> suitable) {
    List<Installation.Service> all = installation.instances();
    boolean spare = chance.chance(SPARE_THE_LAST);
    List<Installation.Service> candidates =
        all.stream()
            .filter(suitable)
            .filter(one -> !busy.contains(slot(one)))
            .filter(one -> !spare || all.stream().anyMatch(other -> helps(other, one)))
            .toList();
    return candidates.isEmpty() ? null : chance.oneOf(candidates);
  }

  private boolean helps(Installation.Service other, Installation.Service one) {
    return other.service().equals(one.service())
        && !other.instance().equals(one.instance())
        && !other.admin().isEmpty()
        && !busy.contains(slot(other));
  }

  /// `message-2` of the instance `message-2-1a2b3c4d`.
  static String slot(Installation.Service instance) {
    String id = instance.instance();
    return id.substring(0, Math.max(0, id.lastIndexOf('-')));
  }

  /// Sends a signal, such as `STOP`, to a process.
  ///
  /// @return whether there was such a process
  static boolean signal(String name, long pid) throws IOException, InterruptedException {
    return new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid + " 2>/dev/null")
            .start()
            .waitFor()
        == 0;
  }
}
