package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What a contract of the protocol stands on: a gateway, devices on the transport in question, and
/// frames.
abstract class TransportContract {
  private final List<Device> devices = new ArrayList<>();

  final TestGateway gateway = TestGateway.start();

  /// A new connection of this transport.
  abstract Device connect(TestGateway gateway);

  @BeforeEach
  void mailboxes() {
    gateway.messages.version("ann", 41);
    gateway.messages.version("bob", 7);
  }

  @AfterEach
  void stop() {
    devices.forEach(Device::close);
    gateway.close();
  }

  final Device open() {
    Device device = connect(gateway);
    devices.add(device);
    return device;
  }

  final Device signedIn(String user, String deviceId) {
    Device device = open();
    assertThat(device.signIn(gateway.token(user), deviceId).getUserId()).isEqualTo(user);
    return device;
  }

  /// Returns when the gateway has handled all that the device has sent.
  static void awaitHandled(Device device) {
    device.send(heartbeat(-1));
    ServerFrame frame = device.next();
    assertThat(frame.getHeartbeatAck().getToken()).isEqualTo(-1);
  }

  static ClientFrame.Builder heartbeat(long token) {
    return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(token));
  }

  static ClientFrame.Builder sendToBob(long request, int message, Body body) {
    return frame(send(request, body).setToUser("bob").setClientMessageId(messageId(message)));
  }

  static Body text(String text) {
    return body(Body.newBuilder().setText(Text.newBuilder().setText(text)));
  }

  static Body body(Body.Builder body) {
    return body.build();
  }

  static Send.Builder send(long request, Body body) {
    return Send.newBuilder().setRequestId(request).setClientMessageId(messageId(1)).setBody(body);
  }

  static ByteString messageId(int number) {
    byte[] id = new byte[16];
    id[15] = (byte) number;
    return ByteString.copyFrom(id);
  }

  static ClientFrame.Builder hello(Hello.Builder hello) {
    return ClientFrame.newBuilder().setHello(hello);
  }

  static ClientFrame.Builder frame(Send.Builder send) {
    return ClientFrame.newBuilder().setSend(send);
  }

  static ClientFrame.Builder frame(Sync.Builder sync) {
    return ClientFrame.newBuilder().setSync(sync);
  }

  static ClientFrame.Builder frame(History.Builder history) {
    return ClientFrame.newBuilder().setHistory(history);
  }

  static ClientFrame.Builder frame(Group.Builder group) {
    return ClientFrame.newBuilder().setGroup(group);
  }
}
