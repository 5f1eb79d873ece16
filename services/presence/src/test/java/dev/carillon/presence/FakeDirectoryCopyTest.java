package dev.carillon.presence;

/// The fake keeps the promises of the real copy.
final class FakeDirectoryCopyTest extends DirectoryCopyContract {
  private final FakeDirectoryCopy copy = new FakeDirectoryCopy();

  @Override
  DirectoryCopy copy() {
    return copy;
  }
}
