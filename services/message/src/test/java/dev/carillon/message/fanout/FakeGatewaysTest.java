package dev.carillon.message.fanout;

import java.util.List;

/// The fake keeps the promises of the real gateways.
final class FakeGatewaysTest extends GatewaysContract {
  private final FakeGateways gateways = new FakeGateways("east", "west");

  @Override
  Gateways gateways() {
    return gateways;
  }

  @Override
  List<Long> received(String gateway, String userId) {
    return gateways.seqs(gateway, userId);
  }
}
