package dev.carillon.check.defect;

import java.util.Random;

/// Which defect the services have now. For use by any thread.
public final class Switch {
  private final Random random = new Random(1);
  private volatile Defect now = Defect.NONE;

  /// Lets the services have another defect.
  public void turn(Defect defect) {
    now = defect;
  }

  /// Whether the services have this defect.
  public boolean is(Defect defect) {
    return now == defect;
  }

  /// Whether this defect shows now, which it does in one of `often` cases.
  public boolean strikes(Defect defect, int often) {
    if (now != defect) {
      return false;
    }
    synchronized (random) {
      return random.nextInt(often) == 0;
    }
  }

  /// Whether this defect is about a thing, the same every time, as it is in one of `often` cases.
  public boolean concerns(Defect defect, Object thing, int often) {
    return now == defect && Math.floorMod(thing.hashCode() * 0x9E3779B9, often) == 0;
  }
}
