package dev.carillon.bench.peer;

import dev.carillon.bench.ejabberd.EjabberdServer;
import dev.carillon.bench.ejabberd.EjabberdSystem;
import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// ejabberd with its archive in MariaDB.
final class Ejabberd implements Peer {
  @Override
  public String name() {
    return "ejabberd";
  }

  @Override
  public Optional<String> absent() {
    return EjabberdServer.absent();
  }

  @Override
  public String durability() {
    return "every message goes to an archive in a MariaDB that flushes at every commit; the"
        + " sender gets no acknowledgement";
  }

  @Override
  public Set<MeasuredSystem.Shape> shapes() {
    return EnumSet.allOf(MeasuredSystem.Shape.class);
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    return EjabberdSystem.start(
        start.folder(), start.users(), start.loop(), start.textLength(), start.progress());
  }
}
