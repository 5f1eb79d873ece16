package dev.carillon.message.append;

/// The fake keeps the promises of the real client.
final class FakeSequenceTest extends SequenceClientContract {
  private final FakeSequence sequence = new FakeSequence();

  @Override
  SequenceClient client() {
    return sequence;
  }
}
