package dev.carillon.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.cli.CarillonCommand;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The commands as people type them, against the running product.
@ExtendWith(Product.class)
final class CommandsIT {
  /// What a command said, and how it ended.
  ///
  /// @param code the exit code
  /// @param out standard output
  /// @param err standard error
  private record Result(int code, String out, String err) {
    List<JsonObject> json() {
      return out.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }
  }

  private static Result carillon(Path data, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        LocalCommands.addTo(CarillonCommand.commandLine())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int code =
        line.execute(
            Stream.concat(Stream.of(arguments), Stream.of("--data", data.toString()))
                .toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void statusListsEverythingThatRuns(OwnInstallation installation) {
    Result status = carillon(installation.folder().root(), "status", "--json");
    assertThat(status.code()).isZero();
    assertThat(status.err()).isEmpty();
    assertThat(status.json())
        .filteredOn(line -> line.get("kind").getAsString().equals("service"))
        .allMatch(line -> line.get("ready").getAsBoolean())
        .extracting(line -> line.get("service").getAsString())
        .containsExactly("sequence", "presence", "message", "connection");
    assertThat(status.json())
        .filteredOn(line -> line.has("client_grpc"))
        .singleElement()
        .satisfies(gateway ->
            assertThat(
                    Stream.of("address", "client", "client_grpc")
                        .map(port -> gateway.get(port).getAsString()))
                .doesNotHaveDuplicates());
    assertThat(status.json())
        .filteredOn(line -> line.get("kind").getAsString().equals("engine"))
        .extracting(line -> line.get("engine").getAsString())
        .containsExactlyInAnyOrder("etcd", "redis", "mariadb");
  }

  @Test
  void aSecondUpChangesNothing(OwnInstallation installation) {
    long before = installation.now().pid();
    Result up = carillon(installation.folder().root(), "up", "--detach", "--json");
    assertThat(up.code()).isZero();
    assertThat(up.err()).contains("already runs");
    assertThat(up.json().getFirst().get("pid").getAsLong()).isEqualTo(before);
  }

  @Test
  void peopleSendSyncAndReadHistory(OwnInstallation installation) {
    Path data = installation.folder().root();
    String ann = Product.person("ann");
    String bob = Product.person("bob");
    String id = "000102030405060708090a0b0c0d0e0f";
    String[] send = {
      "send", "--as", ann, "--to", bob, "--text", "hello", "--client-message-id", id, "--json"
    };
    JsonObject first = carillon(data, send).json().getFirst();
    assertThat(first.get("level").getAsString()).isEqualTo("STORED");
    assertThat(first.get("seq").getAsLong()).isEqualTo(1);
    assertThat(first.get("prev_seq").getAsLong()).isZero();
    assertThat(first.get("duplicate").getAsBoolean()).isFalse();
    assertThat(carillon(data, send).json().getFirst().get("duplicate").getAsBoolean()).isTrue();
    Result sync = carillon(data, "sync", "--as", bob, "--device", "phone", "--json");
    assertThat(sync.json()).hasSize(2);
    assertThat(sync.json().getFirst().get("text").getAsString()).isEqualTo("hello");
    assertThat(sync.json().getLast().has("version")).isTrue();
    Result history = carillon(data, "history", "--as", bob, "--with", ann, "--json");
    assertThat(history.json()).hasSize(1);
  }

  @Test
  void refusalsGoToStandardErrorWithExitCodeOne(OwnInstallation installation) {
    Result refused =
        carillon(
            installation.folder().root(),
            "send",
            "--as",
            Product.person("ann"),
            "--group",
            "00000000000000000000000000000000",
            "--text",
            "hello",
            "--json");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("CONVERSATION_UNKNOWN");
  }

  @Test
  void withoutAnInstallationStatusSaysSoAndDownIsDone(@TempDir Path empty) {
    assertThat(carillon(empty, "status", "--json").code()).isEqualTo(3);
    assertThat(carillon(empty, "send", "--as", "ann", "--to", "bob", "--text", "x").code())
        .isEqualTo(3);
    Result down = carillon(empty, "down", "--json");
    assertThat(down.code()).isZero();
    assertThat(down.json().getFirst().get("was_running").getAsBoolean()).isFalse();
  }

  @Test
  void aFolderThatCannotBeUsedIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    for (String command : new String[] {"down", "status", "up"}) {
      Result refused = carillon(file, command);
      assertThat(refused.code()).as(command).isEqualTo(1);
      assertThat(refused.err())
          .contains("the data folder " + file + " cannot be used")
          .doesNotContain("Exception");
    }
    assertThat(carillon(file.resolve("below"), "up", "--detach").err())
        .contains("cannot be used")
        .doesNotContain("Exception");
  }

  @Test
  void whoIsNoMemberIsNeitherRemovedNorAddedTwice(OwnInstallation installation) {
    Path data = installation.folder().root();
    String ann = Product.person("ann");
    String bob = Product.person("bob");
    String id =
        carillon(
                data, "group", "create", "--as", ann, "--members", " " + bob + ", " + bob, "--json")
            .json()
            .getFirst()
            .get("conversation_id")
            .getAsString();
    String[] again = {"group", "add", "--as", ann, "--group", id, "--members", bob, "--json"};
    JsonObject unchanged = carillon(data, again).json().getFirst();
    assertThat(unchanged.get("changed").getAsBoolean()).isFalse();
    assertThat(unchanged.has("seq")).isFalse();

    String[] stranger = {"group", "remove", "--as", ann, "--group", id, "--members", "nobody"};
    assertThat(carillon(data, stranger).out()).contains("no member was removed");

    String[] leave = {"group", "leave", "--as", bob, "--group", id, "--json"};
    JsonObject left = carillon(data, leave).json().getFirst();
    assertThat(left.get("changed").getAsBoolean()).isTrue();
    assertThat(left.get("seq").getAsLong()).isPositive();
    assertThat(left.get("duplicate").getAsBoolean()).isFalse();

    String[] list = {"group", "members", "--as", ann, "--group", id, "--json"};
    JsonObject members = carillon(data, list).json().getFirst();
    assertThat(members.has("seq")).isFalse();
    assertThat(members.getAsJsonArray("members")).hasSize(1);
  }

  @Test
  void aChangeOfAGroupThatIsRepeatedUnderItsIdIsNotMadeAgain(OwnInstallation installation) {
    Path data = installation.folder().root();
    String ann = Product.person("ann");
    String bob = Product.person("bob");
    String id = ConversationId.random().hex();
    carillon(data, "group", "create", "--as", ann, "--id", id, "--members", bob);
    String change = ClientMessageId.random().hex();
    String[] leave = {
      "group", "leave", "--as", bob, "--group", id, "--client-message-id", change, "--json"
    };
    JsonObject left = carillon(data, leave).json().getFirst();
    carillon(data, "group", "add", "--as", ann, "--group", id, "--members", bob);

    JsonObject again = carillon(data, leave).json().getFirst();

    left.addProperty("duplicate", true);
    assertThat(again).isEqualTo(left);
    assertThat(carillon(data, "group", "members", "--as", bob, "--group", id).out()).contains(bob);
  }

  @Test
  void instancesThatMakeNoSenseAreAUsageError(@TempDir Path empty) {
    Result up = carillon(empty, "up", "--detach", "--instances", "massage=2");
    assertThat(up.code()).isEqualTo(2);
    assertThat(up.err()).contains("massage").contains("message");
    assertThat(carillon(empty, "up", "--detach", "--instances", "message=0").code()).isEqualTo(2);
    assertThat(Files.exists(empty.resolve("run"))).isFalse();
  }

  @Test
  void secretsCanBeReadByTheirOwnerOnly(OwnInstallation installation) throws Exception {
    Path secrets = installation.folder().secrets();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(secrets)) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }
}
