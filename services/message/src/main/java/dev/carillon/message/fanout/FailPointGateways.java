package dev.carillon.message.fanout;

import dev.carillon.message.conversation.MessageStep;
import dev.carillon.runtime.failpoints.FailPoints;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Gateways with points before and after every delivery at which the process may be made to crash.
///
/// @param gateways the gateways themselves
/// @param failPoints which points are armed
public record FailPointGateways(Gateways gateways, FailPoints failPoints) implements Gateways {
  @Override
  public Set<String> live() {
    return gateways.live();
  }

  @Override
  public void deliver(Map<String, List<Delivery>> byGateway) {
    failPoints.at(MessageStep.FANOUT_BEFORE_DELIVER);
    gateways.deliver(byGateway);
    failPoints.at(MessageStep.FANOUT_AFTER_DELIVER);
  }
}
