package dev.carillon.sequence;

final class FakeSequenceStoreTest extends SequenceStoreContract {
  private final FakeSequenceStore store = new FakeSequenceStore();

  @Override
  SequenceStore store() {
    return store;
  }
}
