package dev.carillon.local;

import dev.carillon.client.CarillonException;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A conversation that shows what Carillon promises; every claim that it prints is checked.
final class Demo {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> PEOPLE = List.of("ann", "bob", "cid", "dan");
  private static final int EACH = 25;
  private static final int DURING_CRASH = 40;

  private final OwnInstallation installation;
  private final Consumer<String> out;
  private final List<String> proved = new ArrayList<>();
  private final CursorStore phone = new InMemoryCursorStore();
  private int failed;

  /// @param installation a fresh one, which the demo breaks
  /// @param out takes lines for people
  Demo(OwnInstallation installation, Consumer<String> out) {
    this.installation = installation;
    this.out = out;
  }

  /// Plays everything.
  ///
  /// @return whether everything that was promised was seen
  boolean play() throws IOException {
    ConversationId direct = acknowledges();
    keepsOneOrder();
    catchesUp(direct);
    storesOnce();
    survivesACrash(direct);
    out.accept("");
    out.accept(failed == 0 ? "What was proved:" : "What was proved, and what was NOT:");
    proved.forEach(line -> out.accept("  " + line));
    return failed == 0;
  }

  private ConversationId acknowledges() {
    chapter("1. Ann writes to Bob");
    try (RecordingDevice ann = device("ann", "laptop");
        RecordingDevice bob = device("bob", "phone", phone)) {
      SentMessage sent = ann.send(Target.user("bob"), "Hello Bob");
      out.accept("  ann> Hello Bob        (" + sent.level() + " as number " + sent.seq() + ")");
      ConversationId direct = sent.conversationId();
      boolean arrived = bob.awaitReceived(direct, 1, LIMIT);
      out.accept("  bob's phone shows it");
      check(
          sent.level().equals("STORED") && sent.seq() == 1 && sent.prevSeq() == 0,
          "An acknowledged message is in the database, with its number in the conversation.");
      check(
          arrived && RecordingDevice.text(bob.received(direct).getFirst()).equals("Hello Bob"),
          "It reached the other device.");
      bob.client().sync().join();
      return direct;
    }
  }

  private void keepsOneOrder() {
    chapter("2. Four people talk at once in a group, " + EACH + " messages each");
    List<RecordingDevice> devices = PEOPLE.stream().map(user -> device(user, "tablet")).toList();
    try {
      ConversationId group = ConversationId.random();
      devices.getFirst().client().createGroup(group, "trip", PEOPLE.subList(1, 4), true).join();
      List<CompletableFuture<SentMessage>> sends = new ArrayList<>();
      for (int number = 1; number <= EACH; number++) {
        for (int who = 0; who < PEOPLE.size(); who++) {
          String text = PEOPLE.get(who) + " " + number;
          sends.add(
              devices.get(who).sending(Target.conversation(group), text, ClientMessageId.random()));
        }
      }
      sends.forEach(CompletableFuture::join);
      List<Message> history = devices.getFirst().history(group);
      boolean same = true;
      for (RecordingDevice device : devices) {
        same &= device.awaitReceived(group, sends.size(), LIMIT);
        same &= device.received(group).equals(RecordingDevice.texts(history));
      }
      out.accept("  all four devices show the same " + sends.size() + " lines");
      check(same, "Everybody saw one order, the order of the history.");
      check(isChain(history), "Each message names the one before it, without a gap.");
    } finally {
      devices.forEach(RecordingDevice::close);
    }
  }

  private void catchesUp(ConversationId direct) {
    chapter("3. Bob's phone is off while Ann writes");
    List<String> lines = List.of("Are you there?", "The train is late", "We meet at nine");
    try (RecordingDevice ann = device("ann", "laptop")) {
      lines.forEach(line -> ann.send(Target.user("bob"), line));
    }
    lines.forEach(line -> out.accept("  ann> " + line));
    try (RecordingDevice bob = device("bob", "phone", phone)) {
      bob.client().sync().join();
      List<String> got = bob.received(direct).stream().map(RecordingDevice::text).toList();
      out.accept("  bob's phone is on again, and after one sync shows all " + got.size());
      check(got.equals(lines), "A device that was away gets what it missed, once and in order.");
    }
  }

  private void storesOnce() {
    chapter("4. Ann's network loses the answer, so her device sends again");
    try (RecordingDevice ann = device("ann", "laptop")) {
      ClientMessageId id = ClientMessageId.random();
      Target cid = Target.user("cid");
      SentMessage first = ann.sending(cid, "Dinner at eight?", id).join();
      SentMessage again = ann.sending(cid, "Dinner at eight?", id).join();
      out.accept("  twice number " + first.seq() + ", the second time marked as a duplicate");
      check(
          again.seq() == first.seq()
              && again.duplicate()
              && ann.history(first.conversationId()).size() == 1,
          "The same message sent twice is stored once.");
      check(
          refusal(ann.sending(cid, "Dinner at nine?", id)).equals("CLIENT_ID_REUSED"),
          "The same id with other words is refused.");
    }
  }

  private void survivesACrash(ConversationId direct) throws IOException {
    chapter("5. kill -9 of the services while Ann writes " + DURING_CRASH + " messages");
    try (RecordingDevice ann = device("ann", "laptop");
        RecordingDevice bob = device("bob", "laptop")) {
      int before = RecordingDevice.texts(ann.history(direct)).size();
      List<CompletableFuture<SentMessage>> sends =
          IntStream.rangeClosed(1, DURING_CRASH)
              .mapToObj(number ->
                  ann.sending(Target.user("bob"), "part " + number, ClientMessageId.random()))
              .toList();
      sends.get(DURING_CRASH / 4).join();
      installation.crash();
      long stored = sends.stream().filter(CompletableFuture::isDone).count();
      out.accept("  killed after " + stored + " acknowledgements; starting again on the same data");
      installation.up();
      sends.forEach(CompletableFuture::join);
      List<Message> texts = RecordingDevice.texts(ann.history(direct));
      List<String> after = texts.stream().skip(before).map(RecordingDevice::text).toList();
      List<String> expected =
          IntStream.rangeClosed(1, DURING_CRASH).mapToObj(number -> "part " + number).toList();
      out.accept("  all " + after.size() + " are there; Ann's device sent the open ones again");
      check(after.equals(expected), "A crash lost none, doubled none and kept their order.");
      boolean arrived = bob.awaitReceived(direct, texts.size(), LIMIT);
      check(
          arrived && bob.received(direct).equals(texts),
          "The other side was handed each of them once, in order.");
    }
  }

  private RecordingDevice device(String user, String name) {
    return device(user, name, new InMemoryCursorStore());
  }

  private RecordingDevice device(String user, String name, CursorStore cursors) {
    return RecordingDevice.open(installation.now(), user, name, cursors);
  }

  private static boolean isChain(List<Message> history) {
    long previous = 0;
    for (Message message : history) {
      if (message.prevSeq() != previous || message.seq() <= previous) {
        return false;
      }
      previous = message.seq();
    }
    return !history.isEmpty();
  }

  private static String refusal(CompletableFuture<SentMessage> sending) {
    try {
      sending.join();
      return "";
    } catch (CompletionException e) {
      return e.getCause() instanceof CarillonException refused ? refused.reason() : "";
    }
  }

  private void chapter(String title) {
    out.accept("");
    out.accept(title);
  }

  private void check(boolean seen, String claim) {
    out.accept((seen ? "  ok      " : "  FAILED  ") + claim);
    proved.add((seen ? "- " : "- NOT: ") + claim);
    if (!seen) {
      failed++;
    }
  }
}
