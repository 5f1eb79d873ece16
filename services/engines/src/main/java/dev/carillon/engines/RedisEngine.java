package dev.carillon.engines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A real Redis of one process.
public final class RedisEngine extends Engine {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Path program;
  private final RedisOptions options;

  private RedisEngine(Path program, EngineFolder folder, RedisOptions options) {
    super("redis", folder);
    this.program = program;
    this.options = options;
  }

  /// Starts Redis with a folder of its own, and returns when it serves clients.
  ///
  /// @throws EngineException if there is none for this platform, the folder is in use, or it does
  ///   not start
  public static RedisEngine start(EngineBinaries binaries, Path data, RedisOptions options) {
    Path program = binaries.redis();
    RedisEngine engine = new RedisEngine(program, EngineFolder.open(data), options);
    engine.launch();
    return engine;
  }

  /// Its address without the password, for example `redis://127.0.0.1:20002`.
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  /// Forgets everything (FLUSHALL).
  public void clear() {
    try {
      String answer = ask("FLUSHALL");
      if (!answer.equals("+OK")) {
        throw new EngineException("redis: FLUSHALL answered " + answer);
      }
    } catch (IOException e) {
      throw new EngineException("redis: cannot be emptied", e);
    }
  }

  /// Settings go through a file: command lines are visible to every user of the machine.
  @Override
  List<String> command(int onPort) {
    List<String> settings = new ArrayList<>();
    settings.addAll(List.of("bind 127.0.0.1", "port " + onPort, "dir ./", "daemonize no"));
    settings.addAll(List.of("save \"\"", "appendonly " + (options.persistent() ? "yes" : "no")));
    settings.addAll(List.of("appendfsync everysec", "appendfilename appendonly.aof"));
    settings.addAll(
        List.of("maxmemory " + options.memoryMiB() + "mb", "maxmemory-policy noeviction"));
    settings.addAll(List.of("loglevel notice", "maxclients 2000"));
    options.password().ifPresent(password -> settings.add("requirepass \"" + password + "\""));
    Path file = folder().write("redis.conf", String.join("\n", settings) + "\n");
    return List.of(program.toString(), file.toString());
  }

  @Override
  boolean answers(ChildProcess started) throws IOException {
    return ask("PING").equals("+PONG");
  }

  /// One command on a connection of its own, and the first line of its answer.
  private String ask(String command) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address(), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String login = options.password().map(password -> "AUTH " + password + "\r\n").orElse("");
      socket
          .getOutputStream()
          .write((login + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      if (!login.isEmpty()) {
        line(answers);
      }
      return line(answers);
    }
  }

  private static String line(BufferedReader answers) throws IOException {
    @Nullable String line = answers.readLine();
    if (line == null) {
      throw new IOException("connection closed by Redis");
    }
    return line;
  }
}
