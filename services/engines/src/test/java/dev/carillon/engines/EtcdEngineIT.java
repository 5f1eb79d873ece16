package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EtcdEngineIT extends EngineContract<EtcdEngine> {
  private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");

  @Override
  EtcdEngine start(Path data) {
    return EtcdEngine.start(TestEngines.BINARIES, data, EtcdOptions.DEFAULT);
  }

  @Override
  void write(EtcdEngine engine, String value) throws Exception {
    put(engine, "key", value);
  }

  @Override
  Optional<String> read(EtcdEngine engine) throws Exception {
    return get(engine, "key");
  }

  @Test
  void clearsTheKeysOfAPrefixOnly() throws Exception {
    try (EtcdEngine engine = start(folder.resolve("a"))) {
      put(engine, "/a/1", "one");
      put(engine, "/b/1", "two");

      engine.clear("/a/");
      assertThat(get(engine, "/a/1")).isEmpty();
      assertThat(get(engine, "/b/1")).contains("two");

      engine.clear("");
      assertThat(get(engine, "/b/1")).isEmpty();
    }
  }

  @Test
  void namesTheSettingThatPointsNowhere() {
    EngineBinaries binaries = etcdAt("/nowhere/etcd");
    assertThatThrownBy(() -> EtcdEngine.start(binaries, folder.resolve("a"), EtcdOptions.DEFAULT))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "CARILLON_ETCD_BIN: /nowhere/etcd (expected: the path of an executable etcd server"
                + " program)");
  }

  @Test
  void showsWhatAProgramSaidThatIsNoEtcd() throws IOException {
    Path program =
        Files.writeString(folder.resolve("etcd"), "#!/bin/sh\necho wrong door\nexit 3\n");
    EngineBinaries.makeExecutable(program);
    EngineBinaries binaries = etcdAt(program.toString());
    assertThatThrownBy(() -> EtcdEngine.start(binaries, folder.resolve("a"), EtcdOptions.DEFAULT))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("etcd: ended at start with exit code 3; log: ")
        .hasMessageEndingWith("\nwrong door");
  }

  @Test
  void saysWhatToInstallWhereEtcdCannotBeHad() {
    // A PATH without apt-get: not a machine of the Debian family.
    EngineBinaries binaries =
        new EngineBinaries(folder.resolve("cache"), Map.of("PATH", folder.toString()), _ -> {});
    assertThatThrownBy(() -> EtcdEngine.start(binaries, folder.resolve("a"), EtcdOptions.DEFAULT))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("apt-get install etcd-server")
        .hasMessageContaining("CARILLON_ETCD_BIN")
        .hasMessageContaining("is not on the PATH; only Debian and its relatives can fetch etcd");
  }

  private EngineBinaries etcdAt(String program) {
    return new EngineBinaries(
        folder.resolve("cache"), Map.of("CARILLON_ETCD_BIN", program), _ -> {});
  }

  private static void put(EtcdEngine engine, String key, String value) throws Exception {
    ask(engine, "put", "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(encode(key), encode(value)));
  }

  private static Optional<String> get(EtcdEngine engine, String key) throws Exception {
    Matcher value = VALUE.matcher(ask(engine, "range", "{\"key\":\"%s\"}".formatted(encode(key))));
    return value.find()
        ? Optional.of(
            new String(Base64.getDecoder().decode(value.group(1)), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static String ask(EtcdEngine engine, String method, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(engine.url() + "/v3/kv/" + method))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    }
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
