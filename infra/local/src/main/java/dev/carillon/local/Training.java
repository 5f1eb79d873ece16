package dev.carillon.local;

import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.HistoryPage;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// The load that an AOT cache is made from: users who write in pairs and in a group, and devices
/// that reconnect.
final class Training {
  private static final long LIMIT_SECONDS = 60;
  private static final int PEOPLE = 16;
  private static final int AT_ONCE = 8;

  private Training() {}

  /// Returns when every message sent is stored and the group's history has been read by new
  /// devices.
  ///
  /// @param talk how long messages are sent
  /// @throws RuntimeException when something is not answered in time
  static void run(OwnInstallation installation, Duration talk) {
    List<String> people = IntStream.range(0, PEOPLE).mapToObj(i -> "person-" + i).toList();
    List<RecordingDevice> devices = open(installation, people, "phone");
    try {
      ConversationId group = ConversationId.random();
      List<String> others = people.subList(1, PEOPLE);
      join(devices.getFirst().client().createGroup(group, "everybody", others, true));
      long begin = System.nanoTime();
      for (int round = 0; System.nanoTime() - begin < talk.toNanos(); round++) {
        talk(devices, people, group, round);
      }
      readAgain(installation, people, group);
    } finally {
      devices.forEach(RecordingDevice::close);
    }
  }

  private static void talk(
      List<RecordingDevice> devices, List<String> people, ConversationId group, int round) {
    List<CompletableFuture<SentMessage>> sends = new ArrayList<>();
    for (int who = 0; who < PEOPLE; who++) {
      RecordingDevice device = devices.get(who);
      Target peer = Target.user(people.get((who + 1 + round) % PEOPLE));
      for (int number = 0; number < AT_ONCE; number++) {
        sends.add(device.sending(peer, "hello " + number, ClientMessageId.random()));
      }
    }
    RecordingDevice speaker = devices.get(round % PEOPLE);
    Target everybody = Target.conversation(group);
    sends.add(speaker.sending(everybody, "hello all", ClientMessageId.random()));
    sends.forEach(Training::join);
  }

  private static void readAgain(
      OwnInstallation installation, List<String> people, ConversationId group) {
    List<RecordingDevice> fresh = open(installation, people, "tablet");
    try {
      fresh.forEach(device -> join(device.client().sync()));
      Target everybody = Target.conversation(group);
      HistoryPage page =
          join(
              fresh
                  .getFirst()
                  .client()
                  .history(everybody, HistoryRange.after(0, HistoryRange.MAX_LIMIT)));
      if (page.messages().isEmpty()) {
        throw new IllegalStateException("the history of the group: nothing (expected: messages)");
      }
    } finally {
      fresh.forEach(RecordingDevice::close);
    }
  }

  private static List<RecordingDevice> open(
      OwnInstallation installation, List<String> people, String name) {
    return people.stream()
        .map(
            user -> RecordingDevice.open(installation.now(), user, name, new InMemoryCursorStore()))
        .toList();
  }

  private static <T> T join(CompletableFuture<T> answer) {
    return answer.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }
}
