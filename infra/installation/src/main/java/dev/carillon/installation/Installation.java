package dev.carillon.installation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A running installation on this machine, as described by the file `run/installation.json` of its
/// data folder, which exists while the installation runs.
///
/// @param pid the process that runs it
/// @param version the release
/// @param startedAt when it was started, ISO 8601
/// @param endpoints `host:port` of every gateway's client port
/// @param services the running instances
/// @param engines the engines that were started with it
/// @param tokenKeyFile the JWK file whose key signs tokens
public record Installation(
    long pid,
    String version,
    String startedAt,
    List<String> endpoints,
    List<Service> services,
    List<Engine> engines,
    String tokenKeyFile) {
  private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

  /// One running instance of a service.
  ///
  /// @param service the service's name
  /// @param instance the instance's id
  /// @param address `host:port` of its gRPC server
  /// @param admin `host:port` of its admin server
  /// @param client `host:port` of a gateway's client port; null for other services
  /// @param clientGrpc `host:port` of a gateway's gRPC port for devices; null for other services
  /// @param pid the process it runs in
  public record Service(
      String service,
      String instance,
      String address,
      String admin,
      @Nullable String client,
      @Nullable String clientGrpc,
      long pid) {}

  /// One running engine.
  ///
  /// @param name `etcd`, `redis` or `mariadb`
  /// @param address `host:port`
  /// @param pid its process
  public record Engine(String name, String address, long pid) {}

  /// Copies the lists.
  public Installation {
    endpoints = List.copyOf(endpoints);
    services = List.copyOf(services);
    engines = List.copyOf(engines);
  }

  /// Where the file is in a data folder.
  public static Path fileIn(Path data) {
    return data.resolve("run").resolve("installation.json");
  }

  /// Reads the file in a data folder; empty when no installation runs there.
  ///
  /// @throws CommandFailure with [ExitCodes#REFUSED] when the file is there and cannot be read
  public static Optional<Installation> read(Path data) {
    Path file = fileIn(data);
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return Optional.ofNullable(JSON.fromJson(text, Installation.class));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      throw FileProblems.unusable(data, failure);
    } catch (JsonParseException damaged) {
      throw new CommandFailure(
          ExitCodes.REFUSED, file + ": damaged (expected: the JSON of an installation)");
    }
  }

  /// Writes the file in one step: a reader sees all of it or none.
  public void write(Path data) throws IOException {
    Path file = fileIn(data);
    Files.createDirectories(file.resolveSibling("."));
    Path next = file.resolveSibling("installation.json.new");
    Files.writeString(next, JSON.toJson(this) + "\n", StandardCharsets.UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
