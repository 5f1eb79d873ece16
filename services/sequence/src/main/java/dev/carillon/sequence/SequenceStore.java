package dev.carillon.sequence;

import dev.carillon.runtime.slots.Shards;
import java.util.List;

/// The durable end of every key's numbers: nothing above it has ever left the service.
///
/// Blocking; safe from any thread. Every method may throw [dev.carillon.runtime.errors.Refusal]
/// when the store cannot be reached or gave up in the middle; what it should have written is then
/// either written or not, and calling again is safe: at worst numbers are skipped.
interface SequenceStore {
  /// On which shard the keys of a slot lie.
  Shards shards();

  /// Moves the durable ends of many keys, those of one shard in one step, all or none, and returns
  /// once that can no longer be lost.
  ///
  /// The new end is `max(end, above) + count`, computed and written as one atomic step per key, so
  /// two callers never get the same numbers, even when one of them believes in an outdated end.
  ///
  /// @param advances 1 or more, no key twice
  /// @return for each advance, in order, the first of its `count` numbers: at least `above + 1`,
  ///   and more when another instance moved the end meanwhile
  List<Long> advance(List<Advance> advances);

  /// The durable ends, in the order of the keys; 0 for a key that was never used.
  ///
  /// @param keys 1 or more, no key twice
  List<Long> ends(List<SequenceKey> keys);

  /// One step of a durable end.
  ///
  /// @param above the highest number that is taken as far as the caller knows; 0 for no knowledge
  /// @param count how many numbers are wanted, 1 or more
  record Advance(SequenceKey key, long above, int count) {}
}
