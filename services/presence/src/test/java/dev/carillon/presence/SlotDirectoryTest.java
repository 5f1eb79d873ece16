package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SlotDirectoryTest {
  private final SlotDirectory directory = new SlotDirectory(1);

  @Test
  void findsTheDevicesOfAUser() {
    directory.connected(session("phone", "gw-1", 1, 100), 1);
    directory.connected(session("laptop", "gw-2", 1, 100), 2);

    assertThat(directory.find("ann"))
        .extracting(DeviceSession::deviceId)
        .containsExactlyInAnyOrder("phone", "laptop");
    assertThat(directory.find("bob")).isEmpty();
  }

  @Test
  void theNewerSessionOfADeviceWinsWhicheverIsAnnouncedFirst() {
    DeviceSession older = session("phone", "gw-1", 7, 100);
    DeviceSession newer = session("phone", "gw-2", 1, 200);

    assertThat(directory.connected(older, 1)).isEmpty();
    assertThat(directory.connected(newer, 2)).contains(older);
    assertThat(directory.connected(older, 1)).contains(older);
    assertThat(directory.find("ann")).containsExactly(newer);
  }

  @Test
  void theDevicesOwnNumbersDecideWhateverTheGatewaysClocksSay() {
    long hour = Duration.ofHours(1).toNanos() / 1_000;
    DeviceSession older = numbered("phone", "gw-ahead", 7, 1, 100 + hour);
    DeviceSession newer = numbered("phone", "gw-behind", 1, 2, 200);

    assertThat(directory.connected(older, 1)).isEmpty();
    assertThat(directory.connected(newer, 2)).contains(older);
    assertThat(directory.connected(older, 1)).contains(older);
    assertThat(directory.find("ann")).containsExactly(newer);

    DeviceSession newest = numbered("phone", "gw-ahead", 8, -1, 300 + hour);
    assertThat(directory.connected(newest, 1)).contains(newer);
    assertThat(directory.find("ann")).containsExactly(newest);
  }

  @Test
  void withoutANumberAGatewaysOwnOrderOfItsSessionsComesBeforeItsClock() {
    DeviceSession older = session("phone", "gw-1", 7, 200);
    DeviceSession newer = numbered("phone", "gw-1", 8, 5, 100);

    assertThat(directory.connected(older, 1)).isEmpty();
    assertThat(directory.connected(newer, 1)).contains(older);
    assertThat(directory.find("ann")).containsExactly(newer);
  }

  @Test
  void theEndOfAnOlderSessionDoesNotEndTheNewerOne() {
    DeviceSession older = session("phone", "gw-1", 7, 100);
    DeviceSession newer = session("phone", "gw-1", 8, 200);
    directory.connected(older, 1);
    directory.connected(newer, 1);

    assertThat(directory.disconnected(older)).isFalse();
    assertThat(directory.find("ann")).containsExactly(newer);
    assertThat(directory.disconnected(newer)).isTrue();
    assertThat(directory.find("ann")).isEmpty();
  }

  @Test
  void theEndOfASnapshotDropsWhatWasNotAnnouncedAgain() {
    DeviceSession phone = session("phone", "gw-1", 1, 100);
    DeviceSession laptop = session("laptop", "gw-1", 2, 100);
    DeviceSession elsewhere = session("tablet", "gw-2", 2, 100);
    directory.connected(phone, 1);
    directory.connected(laptop, 1);
    directory.connected(elsewhere, 2);

    directory.connected(phone, 3);

    assertThat(directory.announced("gw-1", 3)).containsExactly(laptop);
    assertThat(directory.find("ann")).containsExactlyInAnyOrder(phone, elsewhere);
  }

  @Test
  void isCompleteOnceEveryLiveGatewayHasAnnounced() {
    assertThat(directory.isComplete(Set.of("gw-1", "gw-2"))).isFalse();
    directory.announced("gw-1", 1);
    assertThat(directory.isComplete(Set.of("gw-1", "gw-2"))).isFalse();
    directory.announced("gw-2", 2);
    assertThat(directory.isComplete(Set.of("gw-1", "gw-2"))).isTrue();

    directory.interrupted("gw-1");
    assertThat(directory.isComplete(Set.of("gw-1", "gw-2"))).isFalse();
    assertThat(directory.isComplete(Set.of("gw-2"))).isTrue();
  }

  @Test
  void aCopyStandsInForTheGatewaysUntilTheyHaveAnnounced() {
    directory.warm(List.of(session("phone", "gw-1", 1, 100)));
    assertThat(directory.isComplete(Set.of("gw-1"))).isTrue();

    directory.announced("gw-1", 1);
    assertThat(directory.find("ann")).isEmpty();
    assertThat(directory.isComplete(Set.of("gw-1"))).isTrue();

    directory.interrupted("gw-1");
    assertThat(directory.isComplete(Set.of("gw-1"))).isFalse();
  }

  @Test
  void aCopyNeverReplacesWhatAGatewaySaid() {
    DeviceSession announced = session("phone", "gw-2", 1, 200);
    directory.connected(announced, 1);
    directory.warm(List.of(session("phone", "gw-1", 1, 300), session("laptop", "gw-1", 2, 100)));

    assertThat(directory.find("ann"))
        .containsExactlyInAnyOrder(announced, session("laptop", "gw-1", 2, 100));
  }

  @Test
  void forgetsAGatewayAndOnlyThat() {
    DeviceSession kept = session("tablet", "gw-2", 2, 100);
    directory.connected(session("phone", "gw-1", 1, 100), 1);
    directory.connected(kept, 2);

    assertThat(directory.forget("gw-1")).hasSize(1);
    assertThat(directory.find("ann")).containsExactly(kept);
    assertThat(directory.size()).isEqualTo(1);
  }

  private static DeviceSession session(String device, String gateway, long id, long connectedAt) {
    return numbered(device, gateway, id, 0, connectedAt);
  }

  private static DeviceSession numbered(
      String device, String gateway, long id, long number, long connectedAt) {
    return new DeviceSession("ann", device, gateway, id, number, connectedAt);
  }
}
