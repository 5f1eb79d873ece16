package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.CreateGroup;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.installation.LocalTokens;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Loop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;

/// Signed-in devices, each in one conversation, that send and receive for a run.
final class Fleet implements PausableDevices {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);
  private static final int TICKS_OF_A_SECOND = 50;
  private static final int GROUP_LIMIT_SECONDS = 30;
  private static final int MEMBERS_OF_A_CREATION = 1_999;
  private static final int MEMBERS_OF_AN_ADDITION = 500;

  private final FleetContext context;
  private final List<Target> targets;
  private final List<CarillonDevice> devices = new ArrayList<>();
  private final Loop.Ticker ticker = this::tick;
  private long lastTick;
  private double heartbeatsDue;
  private int nextHeartbeat;
  private int ticks;

  /// Devices that are not connected, one for each target.
  ///
  /// @param tokenKeys the file with the key that signs tokens
  Fleet(FleetContext context, Path tokenKeys, List<Target> targets) {
    this.context = context;
    this.targets = List.copyOf(targets);
    LocalTokens tokens = new LocalTokens(tokenKeys, InstantSource.system());
    for (Target target : targets) {
      String token = tokens.sign(target.user(), TOKEN_LIFETIME);
      devices.add(new CarillonDevice(devices.size(), target, token, context));
    }
  }

  /// Connects all devices, a few at a time, and returns when all are signed in.
  SignIns.Result signIn() throws InterruptedException {
    context.loop.addTicker(ticker);
    for (CarillonDevice device : devices) {
      context.signIns.begin(device.index());
      device.begin();
    }
    return context.signIns.await();
  }

  @Override
  public RunTracker.Terms terms() {
    boolean pairs = !targets.getFirst().peer().isEmpty();
    return new RunTracker.Terms(pairs ? 2 : devices.size(), devices.size(), true);
  }

  @Override
  public void track(RunTracker next) {
    context.track(next);
  }

  @Override
  public void send(int device, int message) {
    devices.get(device).send(message);
  }

  private void tick(long now) {
    ticks++;
    int ticksOfAnAck = (int) Math.max(1, context.ackDelaySeconds * TICKS_OF_A_SECOND);
    for (int i = ticks % ticksOfAnAck; i < devices.size(); i += ticksOfAnAck) {
      devices.get(i).acknowledgeLate();
    }
    // By the time that has passed: a loop that has much to do ticks more rarely.
    double seconds = lastTick == 0 ? 0 : (now - lastTick) / 1e9;
    heartbeatsDue += devices.size() / context.heartbeatSeconds * seconds;
    lastTick = now;
    for (; heartbeatsDue >= 1; heartbeatsDue--) {
      nextHeartbeat = (nextHeartbeat + 1) % devices.size();
      devices.get(nextHeartbeat).say(Frames.heartbeat(1));
    }
    context.tick(now);
  }

  /// Has the first device create the group that all are in and returns when they are.
  void createGroup() throws InterruptedException {
    Group.Builder group =
        Group.newBuilder()
            .setRequestId(CarillonDevice.GROUP)
            .setConversationId(targets.getFirst().conversation());
    List<String> others = targets.stream().skip(1).map(Target::user).toList();
    int first = Math.min(others.size(), MEMBERS_OF_A_CREATION);
    List<String> founders = others.subList(0, first);
    ask(group.setCreate(CreateGroup.newBuilder().addAllMembers(founders).setTitle("bench")));
    for (int from = first; from < others.size(); from += MEMBERS_OF_AN_ADDITION) {
      int end = Math.min(others.size(), from + MEMBERS_OF_AN_ADDITION);
      // A name for the addition that begins with this member: the group is new in every run.
      ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES).putLong(Long.BYTES, from);
      MemberList.Builder added =
          MemberList.newBuilder()
              .addAllUserIds(others.subList(from, end))
              .setClientMessageId(ByteString.copyFrom(id));
      ask(group.setAdd(added));
    }
  }

  private void ask(Group.Builder request) throws InterruptedException {
    CompletableFuture<ServerFrame> answer = context.nextAnswer();
    devices.getFirst().say(ClientFrame.newBuilder().setGroup(request).build());
    try {
      ServerFrame frame = answer.get(GROUP_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!frame.hasGroupAck()) {
        throw new IllegalStateException("the group was refused: " + frame);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the group could not be created", e);
    }
  }

  @Override
  public void pause(IntPredicate which) {
    context.loop.execute(() ->
        devices.stream()
            .filter(device -> which.test(device.index()))
            .forEach(CarillonDevice::pause));
  }

  @Override
  public void goOn() {
    context.loop.execute(() -> devices.forEach(CarillonDevice::goOn));
  }

  @Override
  public void catchUp() {
    context.loop.execute(() -> devices.forEach(CarillonDevice::catchUp));
  }

  @Override
  public String losses() {
    return context.signIns.losses();
  }

  @Override
  public void close() {
    context.loop.removeTicker(ticker);
    devices.forEach(CarillonDevice::close);
  }
}
