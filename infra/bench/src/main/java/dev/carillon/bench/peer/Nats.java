package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// nats-server, which only hands on: a group is one subject, and so is each person.
final class Nats extends DebianPeer {
  private static final String PROGRAM = "usr/sbin/nats-server";

  private final String path;

  Nats(Map<String, String> environment) {
    super("nats-server", "", "nats-server", List.of(PROGRAM), environment);
    path = environment.getOrDefault("PATH", "");
  }

  @Override
  public Optional<String> absent() {
    return program().isPresent() ? Optional.empty() : super.absent();
  }

  /// It needs nothing else, so one on the PATH does too.
  private Optional<Path> program() {
    Optional<Path> unpacked = found().map(root -> root.resolve(PROGRAM));
    return unpacked.or(() ->
        Stream.of(path.split(":", -1))
            .map(folder -> Path.of(folder, name()))
            .filter(Files::isExecutable)
            .findFirst());
  }

  @Override
  public String durability() {
    return "no message is stored, numbered or acknowledged; it is fan-out alone";
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    String program = program().orElseGet(() -> root().resolve(PROGRAM)).toString();
    return PeerSystem.start(
        name(),
        start,
        Client::new,
        system ->
            system.run(
                List.of(program, "-a", "127.0.0.1", "-p", Integer.toString(system.port())),
                Map.of()));
  }

  /// One client, in the text protocol of NATS.
  static final class Client extends PeerDevices.Client {
    private static final byte[] LINE_END = {'\r', '\n'};

    /// The subject that it subscribes to, and the one to which it publishes.
    private final String hears;

    private final String sends;
    private boolean ready;

    Client(int index, int group, PeerDevices devices) {
      super(index, devices);
      this.hears = group == 0 ? "u" + index : "g" + group;
      this.sends = group == 0 ? "u" + (index ^ 1) : hears;
    }

    @Override
    void opened() {
      // The pong says that everything before it is done.
      say(
          "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"java\",\"version\":\"1\","
              + "\"protocol\":1,\"echo\":true}\r\nSUB "
              + hears
              + " 1\r\nPING\r\n");
    }

    @Override
    void post(String id, String text) {
      say("PUB " + sends + " " + text.length() + "\r\n" + text + "\r\n");
    }

    private void say(String lines) {
      send(lines.getBytes(ISO_8859_1));
    }

    @Override
    public int received(byte[] bytes, int end, long now) {
      int from = 0;
      while (true) {
        int lineEnd = indexOf(bytes, from, end, LINE_END);
        if (lineEnd < 0) {
          return from;
        }
        int next = lineEnd + LINE_END.length;
        if (bytes[from] == 'M') {
          int length = length(bytes, from, lineEnd);
          if (end - next < length + LINE_END.length) {
            return from;
          }
          devices.received(index, new String(bytes, next, length, ISO_8859_1), 0, now);
          next += length + LINE_END.length;
        } else {
          control(new String(bytes, from, lineEnd - from, US_ASCII), now);
        }
        from = next;
      }
    }

    /// The last word of `MSG subject subscription length`.
    private static int length(byte[] bytes, int from, int lineEnd) {
      int length = 0;
      int digit = lineEnd - 1;
      for (int unit = 1; digit > from && bytes[digit] != ' '; unit *= 10, digit--) {
        length += unit * (bytes[digit] - '0');
      }
      return length;
    }

    private void control(String line, long now) {
      if (line.startsWith("PING")) {
        say("PONG\r\n");
      } else if (line.startsWith("PONG") && !ready) {
        ready = true;
        devices.ready(index, now);
      } else if (line.startsWith("-ERR")) {
        throw new IllegalStateException(line);
      }
    }
  }
}
