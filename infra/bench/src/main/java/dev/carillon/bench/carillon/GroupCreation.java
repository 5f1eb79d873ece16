package dev.carillon.bench.carillon;

import dev.carillon.connection.v1.ServerFrame;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Creates the group that all devices of a fleet are in.
final class GroupCreation {
  private static final long REQUEST = Long.MAX_VALUE - 2;
  private static final int LIMIT_SECONDS = 30;

  private GroupCreation() {}

  /// Has the first device create it and returns when it is there.
  ///
  /// @param users the fleet's users, the first one creates
  static void run(Fleet fleet, List<String> users) throws InterruptedException {
    Device owner = fleet.devices().getFirst();
    CompletableFuture<ServerFrame> answer = fleet.nextAnswer();
    owner.send(
        ClientFrames.createGroup(
            REQUEST, owner.target().conversation(), users.subList(1, users.size())));
    try {
      ServerFrame frame = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!frame.hasGroupAck()) {
        throw new IllegalStateException("the group was refused: " + frame);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the group could not be created", e);
    }
  }
}
