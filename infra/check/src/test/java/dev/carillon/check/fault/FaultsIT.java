package dev.carillon.check.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.installation.InstallationFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every kind of fault strikes once while people talk: all of them go on once it is healed, and
/// nothing that was acknowledged is missing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
  private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long SEED = 7;
  private static final int TALKS = 4;

  private TestInstallation installation;
  private Nemesis nemesis;
  private final List<Talk> talks = new ArrayList<>();

  @BeforeAll
  void start() throws Exception {
    InstallationFolder folder =
        new InstallationFolder(Path.of("target", "installations", "faults"));
    folder.delete();
    installation = TestInstallation.start(folder.root(), Map.of(), step -> LOG.info("{}", step));
    nemesis =
        new Nemesis(
            installation,
            (count, howLong) -> talks.stream().limit(count).forEach(talk -> talk.freeze(howLong)),
            EnumSet.allOf(FaultKind.class),
            SEED,
            event -> LOG.info("{}", event));
    IntStream.range(0, TALKS)
        .forEach(number -> talks.add(Talk.start(installation, "talk-" + number)));
    await().atMost(LIMIT).until(() -> talks.stream().noneMatch(talk -> talk.acked().isEmpty()));
  }

  @AfterAll
  void nothingIsMissing() throws Exception {
    try {
      nemesis.stop();
      for (Talk talk : talks) {
        talk.finish();
        Map<Long, String> history = talk.history();
        assertThat(history).containsAllEntriesOf(talk.acked());
        assertThat(new HashSet<>(history.values())).hasSameSizeAs(history.values());
        await().atMost(LIMIT).untilAsserted(() -> assertThat(talk.heard()).isEqualTo(history));
      }
    } finally {
      talks.forEach(Talk::close);
      installation.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void peopleTalkOnAfter(FaultKind kind) throws Exception {
    long begin = System.nanoTime();
    Scene.Breakage broken = kind.strike(nemesis.scene(new Chance(SEED + kind.option().length())));
    assertThat(broken).as("somebody to do it to").isNotNull();
    nemesis.heal(kind, broken, begin);
    long healed = System.nanoTime();
    await()
        .atMost(LIMIT)
        .until(() -> talks.stream().allMatch(talk -> talk.lastAckNanos() - healed > 0));
    long last = talks.stream().mapToLong(Talk::lastAckNanos).max().orElseThrow();
    LOG.info("{}: {} ms until everybody had an ack", kind, (last - healed) / 1_000_000);
  }
}
