package dev.carillon.check.defect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.History;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.property.Property;
import dev.carillon.check.property.Violation;
import dev.carillon.check.workload.Workload;
import dev.carillon.installation.LocalTokens;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The checker is itself checked: of every defect put into real services it has to find the breach,
/// and of none where there is no defect.
class SeededDefectsIT {
  private static final Duration TALK = Duration.ofMillis(1_500);
  private static final Duration HEAL_WHOLE = Duration.ofSeconds(60);
  private static final Duration HEAL_BROKEN = Duration.ofSeconds(1);
  private static final long SEED = 7;
  private static final int USERS = 4;
  private static final double RATE = 80;
  private static final Duration CHANGES = Duration.ofMillis(40);
  private static final int MOST_TIMES = 9;

  @RegisterExtension static final RealEtcd etcd = RealEtcd.perClass();

  @RegisterExtension
  static final RealMariaDb mariaDb =
      RealMariaDb.perClass(
          RunningServices.CONVERSATIONS, RunningServices.MAILBOXES, RunningServices.SEQUENCES);

  @TempDir static Path folder;

  private static final Switch defects = new Switch();
  private static RunningServices services;

  @BeforeAll
  static void start() throws Exception {
    services = new RunningServices(etcd, mariaDb, defects, folder);
  }

  @AfterAll
  static void stop() throws Exception {
    services.close();
    // Other classes use the same server, and one defect is in its schema.
    mariaDb.recreate(RunningServices.CONVERSATIONS);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORGOTTEN_REDO")
  void findsWhatTheDefectBreaks(Defect defect) throws Exception {
    find(defect);
  }

  /// A short talk may not show it, and the longer one after it takes more than ten seconds.
  @Test
  @Tag("all")
  void findsAForgottenRedo() throws Exception {
    find(Defect.FORGOTTEN_REDO);
  }

  private static void find(Defect defect) throws Exception {
    if (defect == Defect.NONE) {
      assertThat(broken(history(defect, 1))).isEmpty();
      return;
    }
    Map<String, List<Violation>> broken = Map.of();
    // On a busy machine little is said, or done, in a given time: then it talks longer.
    for (int times = 1; times <= MOST_TIMES && !broken.containsKey(defect.breaks()); times *= 3) {
      broken = broken(history(defect, times));
    }
    assertThat(broken).containsKey(defect.breaks());
  }

  private static Map<String, List<Violation>> broken(History history) {
    return Property.all().stream()
        .collect(Collectors.toMap(Property::name, property -> property.check(history)))
        .entrySet()
        .stream()
        .filter(judged -> !judged.getValue().isEmpty())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static History history(Defect defect, int times) throws Exception {
    String name = defect.name().toLowerCase(Locale.ROOT) + "-" + times;
    LocalTokens tokens = new LocalTokens(services.tokenKeys(), InstantSource.system());
    try (Recorder recorder = new Recorder(folder.resolve(name + ".jsonl"));
        Workload workload =
            new Workload(
                new Workload.Options(
                    services.endpoints(),
                    user -> tokens.sign(user, Duration.ofHours(1)),
                    name + "-",
                    USERS,
                    RATE,
                    CHANGES,
                    SEED),
                recorder)) {
      workload.prepare();
      prepare(defect);
      defects.turn(defect);
      workload.talk(TALK.multipliedBy(times));
      finish(defect);
      return workload.rest(defect == Defect.NONE ? HEAL_WHOLE : HEAL_BROKEN);
    } finally {
      defects.turn(Defect.NONE);
    }
  }

  private static void prepare(Defect defect) throws SQLException {
    if (defect == Defect.DOUBLED_INSERT) {
      new Tampering(mariaDb).forgetUniqueIds();
    }
  }

  private static void finish(Defect defect) throws SQLException {
    Tampering tampering = new Tampering(mariaDb);
    if (defect == Defect.LOST_COMMITS) {
      tampering.loseCommits();
    } else if (defect == Defect.STALE_OWNER) {
      tampering.writeAsStaleOwner();
    }
  }
}
