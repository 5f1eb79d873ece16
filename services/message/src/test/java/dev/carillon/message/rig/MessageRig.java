package dev.carillon.message.rig;

import com.google.protobuf.ByteString;
import dev.carillon.message.MessageApp;
import dev.carillon.message.MessageConfig;
import dev.carillon.message.append.ConversationLimits;
import dev.carillon.message.fanout.FanOutConfig;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Message instances on real engines, with a sequence service of the test's own.
public final class MessageRig implements AutoCloseable {
  /// The databases that the tests' server must have.
  public static final String CONVERSATIONS = "carillon_conversation";

  /// The same for mailboxes.
  public static final String MAILBOXES = "carillon_mailbox";

  private final RealMariaDb mariaDb;
  private final RegistryConfig registry;
  private final Map<ByteString, Long> numbers = FakeSequenceServer.numbers();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private @Nullable MessageApp first;

  /// On these engines; nothing is started yet.
  public MessageRig(RealMariaDb mariaDb, RealEtcd etcd) {
    this.mariaDb = mariaDb;
    this.registry = new RegistryConfig(List.of(etcd.url()), Duration.ofSeconds(2));
  }

  /// Where the instances find each other.
  public RegistryConfig registry() {
    return registry;
  }

  /// Starts a sequence instance.
  public FakeSequenceServer sequence() {
    return own(FakeSequenceServer.start(registry, numbers));
  }

  /// Starts a message instance.
  public MessageApp message() throws Exception {
    MessageApp app = own(MessageApp.start(config()));
    first = first == null ? app : first;
    return app;
  }

  /// The message instance that was started first.
  public MessageApp first() {
    return Objects.requireNonNull(first, "start one first");
  }

  /// The settings of a message instance.
  public MessageConfig config() {
    return new MessageConfig(
        HostConfig.local("message", registry),
        Databases.config(mariaDb, CONVERSATIONS),
        Databases.config(mariaDb, MAILBOXES),
        ConversationLimits.defaults(),
        2,
        20_000,
        new FanOutConfig(
            2,
            64 << 20,
            100_000,
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            0,
            Duration.ofMillis(500)));
  }

  /// Opens a caller of an instance.
  public AppendClient client(MessageApp app) {
    return own(new AppendClient(app.address()));
  }

  private <C extends AutoCloseable> C own(C part) {
    open.push(part);
    return part;
  }

  /// Closes everything that is still open, the newest first.
  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
