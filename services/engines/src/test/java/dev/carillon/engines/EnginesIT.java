package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnginesIT {
  private static final EnginesPlan ALL =
      EnginesPlan.NONE
          .withEtcd(EtcdOptions.DEFAULT.withDurability(Durability.FAST))
          .withRedis(RedisOptions.DEFAULT)
          .withMariaDb(MariaDbOptions.of("app", "pw", List.of("app_one")));

  @TempDir Path folder;

  @Test
  void startsAllAndTellsHowItGoes() {
    List<String> progress = Collections.synchronizedList(new ArrayList<>());
    try (Engines engines = Engines.start(TestEngines.BINARIES, folder, ALL, progress::add)) {
      assertThat(engines.all())
          .extracting(Engine::name)
          .containsExactly("etcd", "redis", "mariadb");
      assertThat(engines.all()).allMatch(Engine::isAlive);
      assertThat(progress)
          .anyMatch(line -> line.matches("redis ready on port \\d+ after \\d+ ms"))
          .anyMatch(line -> line.startsWith("mariadb ready"))
          .anyMatch(line -> line.startsWith("etcd ready"));
    }
  }

  @Test
  void startsOnlyWhatIsAskedFor() {
    EnginesPlan plan = EnginesPlan.NONE.withRedis(RedisOptions.DEFAULT);
    try (Engines engines = Engines.start(TestEngines.BINARIES, folder, plan, _ -> {})) {
      assertThat(engines.redis()).isPresent();
      assertThat(engines.etcd()).isEmpty();
      assertThat(engines.mariaDb()).isEmpty();
    }
  }

  @Test
  void stopsTheOthersWhenOneCannotStart() {
    try (RedisEngine _ =
        RedisEngine.start(TestEngines.BINARIES, folder.resolve("redis"), RedisOptions.DEFAULT)) {
      assertThatThrownBy(() -> Engines.start(TestEngines.BINARIES, folder, ALL, _ -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("redis: in use by another process");
    }
    try (Engines again = Engines.start(TestEngines.BINARIES, folder, ALL, _ -> {})) {
      assertThat(again.all()).hasSize(3);
    }
  }

  @Test
  void leavesNoneBehindWhenTheirJvmIsKilled() throws IOException {
    String cache = TestEngines.BINARIES.cache().toString();
    try (ParentJvm parent = new ParentJvm("engines", cache, folder.toString())) {
      assertThat(parent.children()).hasSize(3).allMatch(ProcessHandle::isAlive);
      // One of them cannot react to anything at that moment.
      TestEngines.signal("STOP", parent.children().getLast().pid());
      parent.kill();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> parent.children().stream().noneMatch(ProcessHandle::isAlive));
    }
    try (Engines again = Engines.start(TestEngines.BINARIES, folder, ALL, _ -> {})) {
      assertThat(again.all()).hasSize(3);
    }
  }
}
