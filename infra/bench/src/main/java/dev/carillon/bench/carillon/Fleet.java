package dev.carillon.bench.carillon;

import dev.carillon.bench.carillon.CarillonDevice.Target;
import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.installation.LocalTokens;
import dev.carillon.wire.Frames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;

/// Signed-in devices, each in one conversation, that send and receive for a run. Some can be
/// stopped, as if their processes had been paused.
public final class Fleet implements SendingDevices {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);
  private static final int TICKS_OF_A_SECOND = 50;

  private final FleetContext context;
  private final List<CarillonDevice> devices = new ArrayList<>();
  private final int receivers;
  private final LongConsumer ticker = this::tick;
  private long lastTick;
  private double heartbeatsDue;
  private int nextHeartbeat;
  private int ticks;

  /// Devices that are not connected, one for each target.
  Fleet(FleetContext context, LocalTokens tokens, List<Target> targets) {
    this.context = context;
    this.receivers = targets.getFirst().peer().isEmpty() ? targets.size() : 2;
    for (Target target : targets) {
      String token = tokens.sign(target.user(), TOKEN_LIFETIME);
      devices.add(new CarillonDevice(devices.size(), target, token, context));
    }
  }

  /// Connects all devices, a few at a time, and returns when all are signed in.
  Fleet signIn() throws InterruptedException {
    context.loop.addTicker(ticker);
    for (CarillonDevice device : devices) {
      context.signIns.begin(device.index());
      device.begin();
    }
    context.signIns.await();
    return this;
  }

  @Override
  public SignIns signIns() {
    return context.signIns;
  }

  /// What became of those that lost their gateway.
  public Reconnects reconnects() {
    return context.reconnects;
  }

  @Override
  public RunTracker.Terms terms() {
    return new RunTracker.Terms(receivers, devices.size(), true);
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

  /// Stops some devices from reading and sending. When these receive a message says nothing about
  /// the others, so their messages are checked but not timed.
  public void pause(IntPredicate which) {
    context.loop.execute(() ->
        devices.stream()
            .filter(device -> which.test(device.index()))
            .forEach(CarillonDevice::pause));
  }

  /// Lets all devices go on.
  public void goOn() {
    context.loop.execute(() -> devices.forEach(CarillonDevice::goOn));
  }

  @Override
  public void catchUp() {
    context.loop.execute(() -> devices.forEach(CarillonDevice::catchUp));
  }

  @Override
  public void close() {
    context.loop.removeTicker(ticker);
    devices.forEach(CarillonDevice::close);
  }
}
