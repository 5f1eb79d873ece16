package dev.carillon.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/// A running system under test.
public interface MeasuredSystem extends AutoCloseable {
  /// Its name in results.
  String name();

  /// Its processes now, by the name under which their CPU is reported.
  Map<String, List<Long>> processes();

  /// Signs devices in and puts them into conversations.
  ///
  /// @throws IllegalStateException when not all are signed in
  SendingDevices gather(int devices, Shape shape) throws InterruptedException;

  /// Signs devices in that send nothing but heartbeats; there may be more than one process can
  /// hold.
  ///
  /// @throws IllegalStateException when not all are signed in
  default OnlineDevices idle(int devices) throws InterruptedException {
    return gather(devices, Shape.PAIRS);
  }

  /// Whether connections are accepted at an address.
  static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Stops it in good order.
  @Override
  void close() throws Exception;

  /// How devices are put into conversations.
  enum Shape {
    /// Two by two: the device 2n talks to 2n + 1.
    PAIRS,
    /// All in one.
    GROUP
  }

  /// Devices that are signed in.
  interface OnlineDevices extends AutoCloseable {
    /// How many signed in per second.
    double signInsPerSecond();

    /// Connections that ended by themselves since all devices were signed in; empty: none.
    String losses();

    /// Signs all devices out.
    @Override
    void close();
  }

  /// Signed-in devices of one system under test, each in one conversation.
  ///
  /// Sending is for one thread at a time; the devices report to their tracker on another thread.
  interface SendingDevices extends OnlineDevices {
    /// How they signed in, and what became of their connections since.
    SignIns signIns();

    /// What the system promises about each message.
    RunTracker.Terms terms();

    /// From now on sends and arrivals are reported to this tracker.
    void track(RunTracker tracker);

    /// Sends a message of the run to the conversation of a device; does not wait for anything.
    void send(int device, int message);

    /// Makes every device fetch the messages that it has not received, as its next heartbeat would;
    /// does nothing where a system has no such thing.
    default void catchUp() {}

    @Override
    default double signInsPerSecond() {
      return signIns().perSecond();
    }

    @Override
    default String losses() {
      return signIns().losses();
    }
  }
}
