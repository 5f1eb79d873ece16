package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How messages reach a device and are acknowledged, whatever carries them.
abstract class DeliveryContract extends CarrierContract {
  @Test
  void deliversInOrderToAllDevicesOfAUser() {
    Device phone = signedIn("bob", "phone");
    Device laptop = signedIn("bob", "laptop");

    assertThat(gateway.deliver(1, 5, "bob", "nobody").getAbsentUserIdsList())
        .containsExactly("nobody");

    for (Device device : List.of(phone, laptop)) {
      for (int number = 1; number <= 5; number++) {
        ServerFrame frame = device.next();
        assertThat(frame.getDeliver().getDeliveryNumber()).isEqualTo(number);
        assertThat(frame.getDeliver().getMessage())
            .isEqualTo(TestGateway.message(number, "text " + number));
      }
    }
  }

  @Test
  void sendsAgainWhatIsNotAcknowledgedAndThenGivesUp() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, 3, "bob");
    assertThat(deliveryNumbers(device, 3)).containsExactly(1L, 2L, 3L);
    device.acknowledge(1);
    awaitHandled(device);

    for (int again = 2; again <= 3; again++) {
      gateway.clock.advance(TestGateway.REDELIVERY_AFTER);
      assertThat(deliveryNumbers(device, 2)).containsExactly(2L, 3L);
    }
    gateway.clock.advance(TestGateway.REDELIVERY_AFTER);

    assertThat(device.goodbye()).isEqualTo("NOT_ACKNOWLEDGING");
    await().until(() -> gateway.presence.devices("bob").isEmpty());
  }

  @Test
  void sendsNothingAgainThatIsAcknowledged() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, 3, "bob");
    assertThat(deliveryNumbers(device, 3)).containsExactly(1L, 2L, 3L);
    device.acknowledge(3);
    awaitHandled(device);

    gateway.clock.advance(TestGateway.REDELIVERY_AFTER.multipliedBy(2));
    gateway.deliver(4, 4, "bob");

    assertThat(deliveryNumbers(device, 1)).containsExactly(4L);
  }

  @Test
  void leavesOutWhatDoesNotFitUntilTheDeviceSyncs() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, TestGateway.WINDOW + 3, "bob");
    assertThat(deliveryNumbers(device, TestGateway.WINDOW)).endsWith((long) TestGateway.WINDOW);
    assertThat(device.next().hasLagging()).isTrue();
    device.acknowledge(TestGateway.WINDOW);
    awaitHandled(device);
    gateway.deliver(20, 20, "bob");
    awaitHandled(device);

    device.send(frame(Sync.newBuilder().setRequestId(1)));
    assertThat(device.next().getSyncPage().getPage().getVersion()).isEqualTo(7);
    gateway.deliver(21, 21, "bob");

    ServerFrame frame = device.next();
    assertThat(frame.getDeliver().getDeliveryNumber()).isEqualTo(TestGateway.WINDOW + 1);
    assertThat(frame.getDeliver().getMessage().getSeq()).isEqualTo(21);
    assertThat(gateway.messages.syncs())
        .singleElement()
        .satisfies(sync -> {
          assertThat(sync.getUserId()).isEqualTo("bob");
          assertThat(sync.getDeviceId()).isEqualTo("phone");
          assertThat(sync.hasAfterVersion()).isFalse();
        });
  }

  @Test
  void rejectsDeliveriesFromAFormerOwner() {
    Device device = signedIn("bob", "phone");
    assertThat(gateway.deliver(9, 1, 1, "bob").hasRefusal()).isFalse();

    assertThat(gateway.deliver(8, 2, 2, "bob").getRefusal().getReason()).isEqualTo("STALE_EPOCH");
    assertThat(gateway.deliver(10, 3, 3, "bob").hasRefusal()).isFalse();

    assertThat(device.next().getDeliver().getMessage().getSeq()).isEqualTo(1);
    assertThat(device.next().getDeliver().getMessage().getSeq()).isEqualTo(3);
  }

  private static List<Long> deliveryNumbers(Device device, int count) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(device.next().getDeliver().getDeliveryNumber());
    }
    return numbers;
  }
}
