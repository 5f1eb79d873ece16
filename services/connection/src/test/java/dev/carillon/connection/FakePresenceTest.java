package dev.carillon.connection;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.backend.PresenceAnnouncerContract;
import dev.carillon.connection.session.Sessions;
import dev.carillon.presence.v1.DeviceLocation;
import java.time.InstantSource;
import java.util.List;

/// The fake keeps the promises of the real announcer.
final class FakePresenceTest extends PresenceAnnouncerContract {
  private final FakePresence presence = new FakePresence();
  private final PresenceAnnouncer announcer =
      presence.announcer("gateway-1", new Sessions(InstantSource.system()));

  @Override
  protected PresenceAnnouncer announcer() {
    return announcer;
  }

  @Override
  protected void connect(ConnectedDevice device) {
    announcer.connected(device);
  }

  @Override
  protected void leave(ConnectedDevice device) {
    announcer.gone(device);
  }

  @Override
  protected List<String> known(String userId) {
    return presence.devices(userId).stream().map(DeviceLocation::getDeviceId).toList();
  }

  @Override
  protected void goAway() {
    presence.goAway();
  }
}
