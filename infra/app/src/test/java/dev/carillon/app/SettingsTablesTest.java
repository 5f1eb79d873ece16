package dev.carillon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.app.SettingsTables.Service;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The settings tables of the READMEs list what the code declares, with the same defaults.
final class SettingsTablesTest {
  private static final String TABLE =
      """
      | Name | Default | Meaning |
      |---|---|---|
      | `QUEUE` | 100 | how many may wait |
      | `KEY` | required | the key |
      """;
  private static final Map<String, String> DECLARED =
      Map.of(
          "CARILLON_MEDIA_QUEUE", "100",
          "CARILLON_MEDIA_KEY", "required",
          "CARILLON_MEDIA_GRPC_LISTEN", "127.0.0.1:0",
          "CARILLON_CALL_DEADLINE", "5s");
  private static final Map<String, String> SHARED =
      Map.of("CARILLON_<SERVICE>_GRPC_LISTEN", "127.0.0.1:0", "CARILLON_CALL_DEADLINE", "5s");

  @Test
  void listWhatTheCodeDeclares() throws IOException {
    Map<String, String> shared = new HashMap<>(SettingsTables.rows(readme("runtime")));
    shared.putAll(SettingsTables.rows(readme("failpoints")));
    List<Service> services = new ArrayList<>();
    for (ServiceDescriptor<?> descriptor : Services.onClassPath().all()) {
      services.add(SettingsTables.service(descriptor, readme(descriptor.name())));
    }
    assertThat(services).hasSizeGreaterThan(3);
    assertThat(SettingsTables.problems(services, shared)).isEmpty();
  }

  @Test
  void findNothingWrongWithTablesThatAgree() {
    assertThat(problems(TABLE, SHARED)).isEmpty();
  }

  @Test
  void noticeAMissingRow() {
    assertThat(problems(TABLE.replace("| `QUEUE` | 100 | how many may wait |\n", ""), SHARED))
        .containsExactly("CARILLON_MEDIA_QUEUE: in no table (expected: default 100)");
    assertThat(problems(TABLE, Map.of("CARILLON_CALL_DEADLINE", "5s")))
        .containsExactly("CARILLON_MEDIA_GRPC_LISTEN: in no table (expected: default 127.0.0.1:0)");
  }

  @Test
  void noticeAWrongDefault() {
    assertThat(problems(TABLE.replace("| 100 |", "| `99` |"), SHARED))
        .containsExactly("CARILLON_MEDIA_QUEUE: default 99 (expected: 100)");
    assertThat(problems(TABLE.replace("required", "none"), SHARED))
        .containsExactly("CARILLON_MEDIA_KEY: default none (expected: required)");
  }

  @Test
  void noticeARowThatNothingDeclares() {
    assertThat(problems(TABLE + "| `QUEUES` | 1 | how many there are |\n", SHARED))
        .containsExactly("CARILLON_MEDIA_QUEUES: no such setting");
    Map<String, String> more = new HashMap<>(SHARED);
    more.put("CARILLON_<SERVICE>_PACE", "5ms");
    assertThat(problems(TABLE, more))
        .containsExactly("CARILLON_<SERVICE>_PACE: no such setting of any service");
  }

  @Test
  void haveOneSettingARow() {
    assertThatThrownBy(() -> SettingsTables.rows(TABLE + "| `A`, `B` | 1, 2 | two of them |\n"))
        .hasMessageContaining("`A`, `B`");
    assertThatThrownBy(() -> SettingsTables.rows(TABLE + "| `QUEUE` | 100 | again |\n"))
        .hasMessageContaining("again");
    assertThat(SettingsTables.rows("| Name | Default |\n|---|---|\n| `A`, `B` | 1 |\n")).isEmpty();
  }

  private static List<String> problems(String table, Map<String, String> shared) {
    Service service = new Service("CARILLON_MEDIA_", DECLARED, SettingsTables.rows(table));
    return SettingsTables.problems(List.of(service), shared);
  }

  private static String readme(String folder) throws IOException {
    return Files.readString(TreeFiles.root().resolve("services/" + folder + "/README.md"));
  }
}
