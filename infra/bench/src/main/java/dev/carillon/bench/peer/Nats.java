package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// nats-server, which only hands on: a group is one subject, and so is each person.
final class Nats implements Peer {
  private static final String PROGRAM = "usr/sbin/nats-server";

  private final Packages packages;

  Nats(Map<String, String> environment) {
    packages = new Packages(name(), "nats-server", List.of(PROGRAM), environment);
  }

  @Override
  public String name() {
    return "nats-server";
  }

  @Override
  public Optional<String> absent() {
    return packages.program().isPresent() ? Optional.empty() : packages.absent();
  }

  @Override
  public String version() {
    return packages.version(name());
  }

  @Override
  public String durability() {
    return "no message is stored, numbered or acknowledged; it is fan-out alone";
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    Path program = packages.program().orElseGet(() -> packages.root().resolve(PROGRAM));
    int port = PeerProcess.freePort();
    List<String> command =
        List.of(program.toString(), "-a", "127.0.0.1", "-p", Integer.toString(port));
    PeerProcess process = PeerProcess.start(start.folder(), command, Map.of(), port);
    return new PeerSystem(name(), start, process, null, Nats::clients);
  }

  static PeerClient.Factory clients(int group) {
    return (index, events) ->
        group == 0
            ? new Client(index, "u" + index, "u" + (index ^ 1), events)
            : new Client(index, "g" + group, "g" + group, events);
  }

  /// One client, in the text protocol of NATS.
  static final class Client extends PeerClient {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final String hears;
    private final String sends;
    private boolean ready;

    /// @param hears the subject that it subscribes to
    /// @param sends the subject to which it publishes
    Client(int index, String hears, String sends, Events events) {
      super(index, events);
      this.hears = hears;
      this.sends = sends;
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
          events().received(index(), new String(bytes, next, length, ISO_8859_1), 0, now);
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
        events().ready(index(), now);
      } else if (line.startsWith("-ERR")) {
        throw new IllegalStateException(line);
      }
    }
  }
}
