package dev.carillon.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The input and output of a chat: a terminal whose input line stays whole while messages arrive,
/// or plain streams when there is no terminal.
interface ChatScreen extends AutoCloseable {
  /// The next line typed; empty at the end of the input.
  Optional<String> read(String prompt) throws IOException;

  /// Shows a line above what is being typed. Any thread.
  void show(String line);

  @Override
  void close() throws IOException;

  /// The terminal when there is one, else standard input and `out`.
  static ChatScreen open(PrintWriter out) throws IOException {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return terminal
        ? new OfTerminal(TerminalBuilder.builder().system(true).build())
        : new OfStreams(out);
  }

  /// A terminal.
  final class OfTerminal implements ChatScreen {
    private final Terminal terminal;
    private final LineReader reader;

    private OfTerminal(Terminal terminal) {
      this.terminal = terminal;
      this.reader = LineReaderBuilder.builder().terminal(terminal).build();
    }

    @Override
    public Optional<String> read(String prompt) {
      try {
        return Optional.of(reader.readLine(prompt));
      } catch (UserInterruptException | EndOfFileException end) {
        return Optional.empty();
      }
    }

    @Override
    public void show(String line) {
      reader.printAbove(line);
    }

    @Override
    public void close() throws IOException {
      terminal.close();
    }
  }

  /// Plain streams, for scripts.
  final class OfStreams implements ChatScreen {
    private final BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    private final PrintWriter out;

    private OfStreams(PrintWriter out) {
      this.out = out;
    }

    @Override
    public Optional<String> read(String prompt) throws IOException {
      return Optional.ofNullable(in.readLine());
    }

    @Override
    public synchronized void show(String line) {
      out.println(line);
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
