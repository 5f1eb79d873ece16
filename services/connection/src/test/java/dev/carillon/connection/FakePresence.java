package dev.carillon.connection;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.UserLocation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A presence service in memory that several gateways of a test share.
final class FakePresence {
  private final Map<String, List<DeviceLocation>> devices = new ConcurrentHashMap<>();
  private volatile boolean away;

  /// Refuses every look-up from now on.
  void goAway() {
    away = true;
  }

  /// Where a user's devices are.
  List<DeviceLocation> devices(String user) {
    return List.copyOf(devices.getOrDefault(user, List.of()));
  }

  /// The announcer of one gateway.
  Announcer announcer(String gatewayId, PresenceAnnouncer.Devices devices) {
    return new Announcer(gatewayId, devices);
  }

  /// The port of one gateway.
  final class Announcer implements PresenceAnnouncer {
    private final String gatewayId;
    private final Devices connected;

    Announcer(String gatewayId, Devices connected) {
      this.gatewayId = gatewayId;
      this.connected = connected;
    }

    /// Says that a device has connected elsewhere.
    void supersede(DeviceLocation device, String user) {
      connected.superseded(user, device.getDeviceId(), device.getSessionId());
    }

    /// The gateway's own list, as a snapshot takes it.
    List<String> snapshot() {
      List<String> ids = new CopyOnWriteArrayList<>();
      connected.forEach(slot -> true, device -> ids.add(device.userId() + "/" + device.deviceId()));
      return ids;
    }

    @Override
    public void connected(ConnectedDevice device) {
      DeviceLocation location =
          DeviceLocation.newBuilder()
              .setDeviceId(device.deviceId())
              .setGatewayId(gatewayId)
              .setSessionId(device.sessionId())
              .build();
      devices.computeIfAbsent(device.userId(), user -> new CopyOnWriteArrayList<>()).add(location);
    }

    @Override
    public void gone(ConnectedDevice device) {
      devices
          .getOrDefault(device.userId(), List.of())
          .removeIf(one ->
              one.getSessionId() == device.sessionId() && one.getGatewayId().equals(gatewayId));
    }

    @Override
    public void locate(String userId, Answer<UserLocation> answer) {
      if (away) {
        answer.refused(ConnectionError.PRESENCE_UNAVAILABLE.refusal("nobody answers"));
      } else {
        answer.answered(
            UserLocation.newBuilder()
                .setUserId(userId)
                .addAllDevices(devices(userId))
                .setComplete(true)
                .build());
      }
    }
  }
}
