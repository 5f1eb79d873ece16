package dev.carillon.check.workload;

import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Conversation.Kind;
import dev.carillon.check.history.Device;
import dev.carillon.client.ConversationId;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.wire.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The people of a run, their devices and their conversations: every user has one device with the
/// SDK and one without, which for every second user speaks gRPC; every third has a second one with
/// the SDK; pairs, two groups whose members stay, and two that people join and leave.
final class Population implements AutoCloseable {
  private static final Duration SET_UP_LIMIT = Duration.ofSeconds(60);
  private static final int SMALL_GROUP = 3;

  private final DeviceContext context;
  private final long seed;
  private final Random random;
  private final Random frozen;
  private final List<String> users = new ArrayList<>();
  private final List<TestDevice> devices = new ArrayList<>();
  private final List<Conversation> conversations = new ArrayList<>();
  private final Map<String, SdkDevice> phones = new HashMap<>();
  private final Set<Membership> members = ConcurrentHashMap.newKeySet();

  /// One user in one group.
  record Membership(Conversation group, String user) {}

  /// Users whose devices are connecting.
  ///
  /// @param prefix of the user ids, used by no other run
  /// @param count how many, 3 or more
  Population(DeviceContext context, String prefix, int count, long seed) {
    if (count < SMALL_GROUP) {
      throw new IllegalArgumentException("users: " + count + " (expected: 3 or more)");
    }
    this.context = context;
    this.seed = seed;
    random = new Random(seed);
    frozen = new Random(random.nextLong());
    for (int i = 0; i < count; i++) {
      String user = prefix + i;
      users.add(user);
      phones.put(user, sdk(new Device(user, "phone")));
      devices.add(phoneOf(user));
      devices.add(wire(new Device(user, "wire"), i));
      if (i % 3 == 0) {
        devices.add(sdk(new Device(user, "tablet")));
      }
    }
    talk();
  }

  private SdkDevice sdk(Device device) {
    return new SdkDevice(device, context, random.nextLong());
  }

  private WireDevice wire(Device device, int number) {
    Transport transport = context.endpoints().transport(number, seed);
    return new WireDevice(device, transport, context, random.nextLong());
  }

  private void talk() {
    Set<Set<String>> pairs = new LinkedHashSet<>();
    for (int i = 0; i < users.size(); i++) {
      pairs.add(Set.of(users.get(i), users.get((i + 1) % users.size())));
      if (users.size() > SMALL_GROUP && i % 2 == 0) {
        pairs.add(Set.of(users.get(i), users.get((i + 2) % users.size())));
      }
    }
    pairs.forEach(pair -> conversations.add(pair(List.copyOf(pair))));
    int half = Math.max(2, users.size() / 2);
    group(Kind.STEADY, SMALL_GROUP);
    group(Kind.STEADY, users.size());
    group(Kind.FROM_JOIN, half);
    group(Kind.WHOLE_HISTORY, half);
  }

  private void group(Kind kind, int size) {
    List<String> shuffled = new ArrayList<>(users);
    Collections.shuffle(shuffled, random);
    Set<String> founders = Set.copyOf(shuffled.subList(0, size));
    Conversation group = new Conversation(ConversationId.random().hex(), kind, founders);
    conversations.add(group);
    founders.forEach(user -> members.add(new Membership(group, user)));
  }

  private static Conversation pair(List<String> pair) {
    byte[] id = ConversationIds.direct(pair.getFirst(), pair.getLast());
    return new Conversation(HexFormat.of().formatHex(id), Kind.DIRECT, Set.copyOf(pair));
  }

  /// Creates the groups; returns when all exist.
  ///
  /// @throws IllegalStateException when the installation did not let it
  void settle() throws InterruptedException {
    for (Conversation group : conversations) {
      if (!group.direct()) {
        create(group);
      }
    }
  }

  private void create(Conversation group) throws InterruptedException {
    long deadline = System.nanoTime() + SET_UP_LIMIT.toNanos();
    SdkDevice creator = phoneOf(ownerOf(group));
    while (true) {
      try {
        creator.createGroup(group).get(SET_UP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        return;
      } catch (ExecutionException | TimeoutException failure) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "cannot create a group: " + failure.getMessage(), failure);
        }
      }
    }
  }

  List<String> users() {
    return List.copyOf(users);
  }

  List<TestDevice> devices() {
    return List.copyOf(devices);
  }

  List<Conversation> conversations() {
    return List.copyOf(conversations);
  }

  /// The groups that people join and leave.
  List<Conversation> changing() {
    return conversations.stream().filter(Conversation::changes).toList();
  }

  /// Who founds a group and owns it.
  String ownerOf(Conversation group) {
    return users.stream().filter(group.founders()::contains).findFirst().orElseThrow();
  }

  /// A user's first device with the SDK.
  SdkDevice phoneOf(String user) {
    return Objects.requireNonNull(phones.get(user));
  }

  /// Whether a user is a member of a conversation, as far as any answer showed.
  boolean isMember(Conversation conversation, String user) {
    return conversation.direct()
        ? conversation.founders().contains(user)
        : members.contains(new Membership(conversation, user));
  }

  /// An answer showed that a user joined or left; from any thread.
  void set(Membership membership, boolean member) {
    if (member) {
      members.add(membership);
    } else {
      members.remove(membership);
    }
  }

  /// The conversations of which a user is a member, as far as any answer showed.
  List<Conversation> conversationsOf(String user) {
    return conversations.stream().filter(conversation -> isMember(conversation, user)).toList();
  }

  /// The conversations that a user can ever have been a member of.
  List<Conversation> knownTo(String user) {
    return conversations.stream()
        .filter(conversation -> conversation.changes() || conversation.founders().contains(user))
        .toList();
  }

  /// Adds new devices of every user, which have seen nothing yet: one with the SDK and one without,
  /// which speaks what the user's other one does not.
  ///
  /// @return those with the SDK
  List<TestDevice> addFreshDevices() {
    List<TestDevice> fresh = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      String user = users.get(i);
      fresh.add(sdk(new Device(user, "fresh")));
      devices.add(wire(new Device(user, "fresh-wire"), i + 1));
    }
    devices.addAll(fresh);
    return fresh;
  }

  /// Makes some devices read nothing from their connections for a while. Those that are frozen
  /// already may be chosen again. Called by one thread at a time.
  void freeze(int count, Duration howLong) {
    for (int i = 0; i < count; i++) {
      devices.get(frozen.nextInt(devices.size())).freeze(howLong);
    }
  }

  @Override
  public void close() {
    devices.forEach(TestDevice::close);
  }
}
