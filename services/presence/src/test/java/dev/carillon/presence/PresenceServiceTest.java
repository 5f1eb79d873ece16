package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.presence.PresenceService.Announcement;
import dev.carillon.presence.PresenceService.GatewayLink;
import dev.carillon.presence.PresenceService.SessionChange;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of the directory with every slot owned and a copy that nobody writes.
final class PresenceServiceTest {
  private static final DeviceSession PHONE = new DeviceSession("ann", "phone", "gw-1", 7, 1, 100);

  private final PresenceService service =
      new PresenceService(
          slot -> true,
          () -> Set.of("gw-1"),
          new FakeDirectoryCopy(),
          1,
          BatchInterval.NONE,
          System::nanoTime,
          new PresenceMetrics(Telemetry.none().metrics()));

  @BeforeEach
  void claim() {
    IntStream.range(0, Slots.COUNT).forEach(slot -> service.onClaimed(slot, 1));
  }

  @Test
  void aGatewayWhoseLeaseLapsedForAMomentIsMadeToAnnounceAnew() {
    Link first = new Link();
    announce(first);
    assertThat(complete()).isTrue();

    service.gatewayGone("gw-1");

    assertThat(first.ended).isEqualTo(1);
    assertThat(devices()).isEmpty();
    assertThat(complete()).isFalse();

    announce(new Link());
    assertThat(devices()).containsExactly(PHONE);
    assertThat(complete()).isTrue();
  }

  @Test
  void whatComesOnAStreamThatWasEndedIsIgnored() {
    Link link = new Link();
    Announcement announcement = announce(link);
    service.gatewayGone("gw-1");

    service.apply(announcement, 2, List.of(new SessionChange(PHONE, true)));
    service.snapshotDone(announcement, IntStream.range(0, Slots.COUNT).boxed().toList());

    assertThat(devices()).isEmpty();
    assertThat(complete()).isFalse();
    assertThat(link.acknowledged).containsExactly(1L);
  }

  @Test
  void aNewStreamOfAGatewayTakesThePlaceOfItsOldOne() {
    Link first = new Link();
    Announcement old = announce(first);
    announce(new Link());

    service.ended(old);

    assertThat(first.ended).isZero();
    assertThat(devices()).containsExactly(PHONE);
    assertThat(complete()).isTrue();
  }

  private Announcement announce(Link link) {
    Announcement announcement = service.announce("gw-1", link);
    service.apply(announcement, 1, List.of(new SessionChange(PHONE, true)));
    service.snapshotDone(announcement, IntStream.range(0, Slots.COUNT).boxed().toList());
    return announcement;
  }

  private List<DeviceSession> devices() {
    return service.locate(List.of("ann")).found().getFirst().devices();
  }

  private boolean complete() {
    return service.locate(List.of("ann")).found().getFirst().complete();
  }

  /// A way back that notes what it is given.
  private static final class Link implements GatewayLink {
    private final List<Long> acknowledged = new ArrayList<>();
    private int ended;

    @Override
    public void acknowledge(long number) {
      acknowledged.add(number);
    }

    @Override
    public void slotsMoved(Set<Integer> slots) {}

    @Override
    public void end() {
      ended++;
    }

    @Override
    public void superseded(DeviceSession older) {}
  }
}
