package dev.carillon.runtime.stream;

import dev.carillon.runtime.slots.OwnerLookup;
import dev.carillon.runtime.slots.OwnerLookupContract;

/// The fake keeps the promises of the table of slots.
final class FakeOwnerLookupTest extends OwnerLookupContract {
  private final FakeOwnerLookup owners = new FakeOwnerLookup();

  @Override
  protected OwnerLookup lookup() {
    return owners;
  }

  @Override
  protected void move(int slot, String address) {
    owners.move(slot, address);
  }
}
