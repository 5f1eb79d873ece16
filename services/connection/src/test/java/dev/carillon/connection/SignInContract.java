package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Welcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How a device signs in and which of its connections counts, on every transport.
abstract class SignInContract extends TransportContract {
  @Test
  void welcomesADeviceWithAGoodToken() {
    Welcome welcome = open().signIn(gateway.token("ann"), "phone");

    assertThat(welcome.getUserId()).isEqualTo("ann");
    assertThat(welcome.getSessionId()).isPositive();
    assertThat(welcome.getMailboxVersion()).isEqualTo(41);
    assertThat(welcome.getHeartbeatInterval().getSeconds()).isEqualTo(30);
    assertThat(welcome.getHeartbeatTimeout().getSeconds()).isEqualTo(60);
    assertThat(welcome.getRedeliveryAfter().getSeconds()).isEqualTo(5);
    assertThat(Durations.toMillis(welcome.getAckDelay())).isEqualTo(200);
    assertThat(welcome.getCreditWindow()).isEqualTo(TestGateway.WINDOW);
    assertThat(welcome.getLimits().getMaxFrameSize()).isEqualTo(TestGateway.MAX_FRAME);
    assertThat(welcome.getLimits().getMaxBodySize()).isEqualTo(TestGateway.MAX_BODY);
    assertThat(welcome.getLimits().getMaxRequestsInFlight()).isEqualTo(TestGateway.MAX_REQUESTS);
    assertThat(welcome.getResumed()).isFalse();
    assertThat(gateway.announcer().snapshot()).containsExactly("ann/phone");
  }

  @Test
  void welcomesADeviceWhileTheMailboxVersionIsOutOfReach() {
    assertThat(open().signIn(gateway.token("eve"), "phone").hasMailboxVersion()).isFalse();
  }

  @Test
  void endsAConnectionThatDoesNotSignIn() {
    Device device = open();

    await()
        .until(() -> {
          // The server's patience begins at a moment that the client cannot see.
          gateway.clock.advance(Duration.ofSeconds(1));
          return device.isEnded();
        });

    assertThat(device.goodbye()).isEqualTo("HELLO_TIMEOUT");
  }

  @Test
  void endsAConnectionThatBreaksTheProtocol() {
    byte[] nonsense = "no frame".getBytes(StandardCharsets.UTF_8);
    Device malformed = open();
    malformed.sendBytes(nonsense);
    Device early = open();
    early.send(heartbeat(1));
    Device empty = open();
    empty.sendBytes(new byte[0]);
    Device later = signedIn("ann", "one");
    later.sendBytes(nonsense);
    Device twice = signedIn("ann", "two");
    twice.send(hello(Device.hello("two").setToken(gateway.token("ann"))));
    Device future = signedIn("ann", "three");
    future.acknowledge(1);
    Device unnamed = open();
    unnamed.send(hello(Device.hello("").setToken(gateway.token("ann"))));

    for (Device device : List.of(malformed, early, empty, later, twice, future, unnamed)) {
      assertThat(device.goodbye()).isEqualTo("PROTOCOL_ERROR");
    }
  }

  @Test
  void endsAConnectionOfAnotherVersion() {
    Device device = open();

    device.send(hello(Device.hello("phone").setProtocolVersion(2).setToken(gateway.token("ann"))));

    assertThat(device.goodbye()).isEqualTo("VERSION_UNSUPPORTED");
  }

  @Test
  void believesNoTokenButAGoodOne() {
    Device unsigned = open();
    unsigned.send(hello(Device.hello("phone").setToken("nonsense")));
    Device without = open();
    without.send(hello(Device.hello("phone")));
    Device expired = open();
    expired.send(
        hello(
            Device.hello("phone")
                .setToken(
                    gateway.tokens.token(
                        "ann", gateway.clock.instant().minus(Duration.ofHours(1))))));

    assertThat(unsigned.goodbye()).isEqualTo("TOKEN_INVALID");
    assertThat(without.goodbye()).isEqualTo("TOKEN_INVALID");
    assertThat(expired.goodbye()).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void resumesWithATicketOfTheSameDevice() {
    ByteString ticket = open().signIn(gateway.token("ann"), "phone").getResumeTicket();
    Device again = open();
    Device other = open();

    again.send(hello(Device.hello("phone").setResumeTicket(ticket)));
    other.send(hello(Device.hello("laptop").setResumeTicket(ticket)));

    Welcome welcome = again.next().getWelcome();
    assertThat(welcome.getUserId()).isEqualTo("ann");
    assertThat(welcome.getResumed()).isTrue();
    assertThat(welcome.getResumeTicket()).isNotEmpty();
    assertThat(other.goodbye()).isEqualTo("TICKET_INVALID");
  }

  @Test
  void replacesAnOlderSessionOfTheSameDevice() {
    Device older = signedIn("ann", "phone");
    Device newer = signedIn("ann", "phone");

    assertThat(older.goodbye()).isEqualTo("SESSION_REPLACED");
    newer.send(heartbeat(1));
    assertThat(newer.next().hasHeartbeatAck()).isTrue();
    await().until(() -> gateway.presence.devices("ann").size() == 1);
  }

  @Test
  void believesTheDeviceWhichOfItsConnectionsIsTheNewer() {
    Device newer = open();
    newer.send(numbered(2));
    assertThat(newer.next().hasWelcome()).isTrue();
    Device older = open();
    older.send(numbered(1));

    assertThat(older.goodbye()).isEqualTo("SESSION_REPLACED");
    awaitHandled(newer);

    Device newest = open();
    newest.send(numbered(3));
    assertThat(newer.goodbye()).isEqualTo("SESSION_REPLACED");
    assertThat(newest.next().hasWelcome()).isTrue();
    awaitHandled(newest);
  }

  private ClientFrame.Builder numbered(long connection) {
    return hello(
        Device.hello("phone").setToken(gateway.token("ann")).setConnectionNumber(connection));
  }

  @Test
  void endsASessionThatConnectedElsewhereSince() {
    Device device = signedIn("ann", "phone");

    gateway.announcer().supersede(gateway.presence.devices("ann").getFirst(), "ann");

    assertThat(device.goodbye()).isEqualTo("SESSION_REPLACED");
  }

  @Test
  void keepsNothingOfADeviceThatHasNotBeenWelcomed() {
    Device device = open();
    gateway.messages.holdVersions();
    device.send(hello(Device.hello("phone").setToken(gateway.token("ann"))));
    await().until(() -> !gateway.presence.devices("ann").isEmpty());

    device.send(sendToBob(1, 1, text("eager")));

    assertThat(device.goodbye()).isEqualTo("PROTOCOL_ERROR");
    gateway.messages.release();
  }

  @Test
  void readsNoLargeFrameOfAStranger() {
    Device device = open();

    device.send(hello(Device.hello("phone").setToken("x".repeat(20_000))));

    assertThat(device.goodbye()).isEqualTo("FRAME_TOO_LARGE");
  }

  @Test
  void readsLargerFramesOnceADeviceHasSignedIn() {
    Device device = signedIn("ann", "phone");

    device.send(sendToBob(1, 1, text("x".repeat(30_000))));

    assertThat(device.next().getSendAck().getRequestId()).isEqualTo(1);
  }

  @Test
  void forgetsADeviceThatLeaves() {
    Device device = signedIn("ann", "phone");

    device.close();

    await().until(() -> gateway.presence.devices("ann").isEmpty());
    assertThat(gateway.deliver(1, 1, "ann").getAbsentUserIdsList()).containsExactly("ann");
    assertThat(gateway.context().sessions().count()).isZero();
  }
}
