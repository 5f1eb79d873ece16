package dev.carillon.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The clients of one test, at a gateway that says what the test wants; closed when it is over.
final class TestClients implements AfterEachCallback {
  final ScriptedGateway gateway = new ScriptedGateway();
  final InMemoryCursorStore cursors = new InMemoryCursorStore();

  /// The numbers of the messages that were handed over.
  final List<Long> handed = new CopyOnWriteArrayList<>();

  private final List<CarillonClient> open = new ArrayList<>();

  /// A client that notes what it is handed.
  CarillonClient open() {
    return open(message -> handed.add(message.seq()));
  }

  CarillonClient open(MessageListener listener) {
    return closedLater(describe(listener).open());
  }

  ClientBuilder describe(MessageListener listener) {
    return CarillonClient.builder()
        .endpoints("gateway:1")
        .token("token")
        .deviceId("phone")
        .cursorStore(cursors)
        .listener(listener)
        .transports(gateway);
  }

  CarillonClient closedLater(CarillonClient client) {
    open.add(client);
    return client;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    open.forEach(CarillonClient::close);
  }
}
