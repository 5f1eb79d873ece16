package dev.carillon.bench.load;

import java.util.List;
import java.util.Map;

/// A running system under test.
public interface Side extends AutoCloseable {
  /// How it is called in results.
  String name();

  /// Its processes now, by the name under which their CPU is told.
  Map<String, List<Long>> processes();

  /// Whether a group of its processes are JVMs of this JDK, which can be asked for more.
  boolean isJava(String group);

  /// Signs devices in and puts them into conversations.
  ///
  /// @throws IllegalStateException when not all are let in
  Gathering gather(int devices, Shape shape) throws InterruptedException;

  /// Signs devices in that say nothing but heartbeats; there may be more than one process holds.
  ///
  /// @throws IllegalStateException when not all are let in
  default Idlers idle(int devices) throws InterruptedException {
    Gathering gathering = gather(devices, Shape.IDLE);
    return new Idlers(gathering.crowd(), gathering.signIns().perSecond());
  }

  /// Stops it in good order.
  @Override
  void close() throws Exception;

  /// How devices are put into conversations.
  enum Shape {
    /// Two by two: the device 2n talks to 2n + 1.
    PAIRS,
    /// All in one.
    GROUP,
    /// Two by two, but they do not talk: what a side does only for talking may be left out.
    IDLE
  }

  /// Devices that are in and say nothing but heartbeats.
  ///
  /// @param perSecond how many signed in each second
  record Idlers(Attendance devices, double perSecond) implements AutoCloseable {
    @Override
    public void close() {
      devices.close();
    }
  }

  /// Devices that are in.
  ///
  /// @param signIns how they got in
  record Gathering(Crowd crowd, SignIns.Result signIns) implements AutoCloseable {
    @Override
    public void close() {
      crowd.close();
    }
  }
}
