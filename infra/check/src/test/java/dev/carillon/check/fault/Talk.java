package dev.carillon.check.fault;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientBuilder;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.HistoryPage;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.LocalTokens;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Two people of whom one talks without end and the other listens; it remembers what was
/// acknowledged and what was heard.
final class Talk implements AutoCloseable {
  /// Longer than any clock jumps, so that a token never ends.
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(30);

  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration BREATH = Duration.ofMillis(25);

  private final CarillonClient speaker;
  private final CarillonClient listener;
  private final Target target;
  private final Map<Long, String> acked = new ConcurrentHashMap<>();
  private final Map<Long, String> heard = new ConcurrentHashMap<>();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile @Nullable ConversationId conversation;
  private volatile long lastAckNanos = System.nanoTime();
  private volatile long frozenUntilNanos = System.nanoTime();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  private Talk(TestInstallation installation, String name) {
    String listenerName = name + "-listener";
    speaker = builder(installation, name + "-speaker").sendOnly().open();
    listener = builder(installation, listenerName).listener(this::hear).open();
    target = Target.user(listenerName);
    thread = Thread.ofVirtual().unstarted(this::talk);
  }

  /// Begins to talk.
  static Talk start(TestInstallation installation, String name) {
    Talk talk = new Talk(installation, name);
    talk.thread.start();
    return talk;
  }

  private static ClientBuilder builder(TestInstallation installation, String user) {
    String token =
        new LocalTokens(installation.tokenKeyFile(), InstantSource.system())
            .sign(user, TOKEN_LIFETIME);
    return CarillonClient.builder()
        .endpoints(installation.endpoints())
        .token(token)
        .deviceId("device")
        .requestTimeout(REQUEST_TIMEOUT);
  }

  private void talk() {
    for (int number = 1; over.getCount() > 0; number++) {
      String text = "message " + number;
      try {
        SentMessage sent =
            speaker.send(target, Content.text(text), ClientMessageId.random()).join();
        conversation = sent.conversationId();
        acked.put(sent.seq(), text);
        lastAckNanos = System.nanoTime();
      } catch (CompletionException refused) {
        failed.incrementAndGet();
      }
      Wait.pause(BREATH);
    }
  }

  private void hear(Message message) {
    while (frozenUntilNanos - System.nanoTime() > 0) {
      Wait.nanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    if (message.content() instanceof Content.Text text) {
      heard.put(message.seq(), text.text());
    }
  }

  /// Hears nothing for a while.
  void freeze(Duration howLong) {
    frozenUntilNanos = System.nanoTime() + howLong.toNanos();
  }

  /// Ends when what was being said is acknowledged or refused.
  void finish() throws InterruptedException {
    over.countDown();
    thread.join();
  }

  /// When something was last acknowledged, in [System#nanoTime()].
  long lastAckNanos() {
    return lastAckNanos;
  }

  /// What was acknowledged, by number.
  Map<Long, String> acked() {
    return acked;
  }

  /// What was heard, by number.
  Map<Long, String> heard() {
    return heard;
  }

  /// How many sends were refused or gave no answer in time; they may be in the history or not.
  int failed() {
    return failed.get();
  }

  /// The texts of the conversation as the server has them, by number.
  Map<Long, String> history() {
    Map<Long, String> texts = new ConcurrentHashMap<>();
    ConversationId id = conversation;
    if (id == null) {
      return texts;
    }
    long last = 0;
    HistoryPage page;
    do {
      page =
          speaker
              .history(Target.conversation(id), HistoryRange.after(last, HistoryRange.MAX_LIMIT))
              .join();
      List<Message> messages = new ArrayList<>(page.messages());
      for (Message message : messages) {
        last = message.seq();
        if (message.content() instanceof Content.Text text) {
          texts.put(message.seq(), text.text());
        }
      }
    } while (page.hasMore());
    return texts;
  }

  @Override
  public void close() {
    over.countDown();
    speaker.close();
    listener.close();
  }
}
