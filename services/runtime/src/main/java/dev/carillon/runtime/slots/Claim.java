package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.Lease;

/// One slot owned under one lease; `serving` is set by the owner's thread and read by all.
final class Claim {
  final Lease lease;
  final long epoch;
  volatile boolean serving;

  Claim(Lease lease, long epoch) {
    this.lease = lease;
    this.epoch = epoch;
  }
}
