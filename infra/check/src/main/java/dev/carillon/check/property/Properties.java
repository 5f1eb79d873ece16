package dev.carillon.check.property;

import java.util.List;

/// The properties that every history must have.
public final class Properties {
  private static final List<Property> ALL =
      List.of(
          new NoLoss(),
          new NoDuplicate(),
          new NoInvention(),
          new OneOrder(),
          new DeviceOrder(),
          new SenderOrder(),
          new WritesFollowReads(),
          new ReadYourWrites(),
          new MonotonicReads(),
          new ChainComplete(),
          new VersionHonest(),
          new SequenceGrows(),
          new RefusedNotStored(),
          new SeenStays(),
          new MembersOnly(),
          new MembersAdmitted(),
          new DeliveredEverywhere());

  private Properties() {}

  /// All of them, in the order of the reports.
  public static List<Property> all() {
    return ALL;
  }
}
