package dev.carillon.message.fanout;

final class FakeDirectoryTest extends PresenceClientContract {
  private final FakeDirectory directory = new FakeDirectory();

  @Override
  PresenceClient client() {
    return directory;
  }

  @Override
  void connect(String userId, String... gateways) {
    directory.connect(userId, gateways);
  }

  @Override
  void forgetAll() {
    directory.forgetAll();
  }
}
