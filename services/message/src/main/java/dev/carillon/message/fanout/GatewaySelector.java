package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Selects the gateways that messages go to: those where presence locates the recipients, or all of
/// them (broadcast).
///
/// A request to presence costs two processes some hundred microseconds, however small it is; a
/// gateway that gets a message for users it does not hold looks them up in vain. Presence is asked
/// when that saves more than it costs, and always for a large audience, most of which may be
/// offline. Otherwise, and where presence does not know, the message is broadcast.
final class GatewaySelector {
  /// What a message to a gateway that holds no recipient costs, in users looked up in vain.
  private static final long WAKE_UP = 16;

  /// The most users that messages are broadcast to, counted once for every message.
  private static final long LARGE_AUDIENCE = 4_096;

  private final PresenceClient presence;
  private final Gateways gateways;
  private final long requestCost;
  private final FanOutMetrics metrics;

  /// The gateways selected.
  ///
  /// @param located the gateways of the users whom presence has located
  /// @param live all gateways, to which everything for the others goes
  record Selection(Map<String, Set<String>> located, Set<String> live) {
    /// The gateways that get what is for the user.
    Set<String> of(String userId) {
      return located.getOrDefault(userId, live);
    }
  }

  /// @param requestCost see [FanOutConfig#presenceCost]
  GatewaySelector(
      PresenceClient presence, Gateways gateways, long requestCost, FanOutMetrics metrics) {
    this.presence = presence;
    this.gateways = gateways;
    this.requestCost = requestCost;
    this.metrics = metrics;
  }

  /// The gateways of all recipients. Blocks while it waits for presence.
  Selection select(List<AddressedMessages> messages) {
    long lookUps = messages.stream().mapToLong(AddressedMessages::lookUps).sum();
    return broadcast(lookUps).orElseGet(() -> locate(audience(messages)));
  }

  /// All gateways, when it is cheaper to broadcast messages with so many look-ups than to locate
  /// their recipients. Never blocks.
  Optional<Selection> broadcast(long lookUps) {
    Set<String> live = gateways.live();
    long inVain = (live.size() - 1) * (WAKE_UP + lookUps);
    boolean cheaper = inVain <= requestCost && lookUps <= LARGE_AUDIENCE;
    return live.isEmpty() || cheaper
        ? Optional.of(new Selection(Map.of(), live))
        : Optional.empty();
  }

  private Selection locate(Set<String> audience) {
    Map<String, Set<String>> located = presence.locate(audience);
    metrics.unlocated.add(audience.size() - located.size());
    return new Selection(located, gateways.live());
  }

  private static Set<String> audience(List<AddressedMessages> messages) {
    return messages.stream()
        .flatMap(each -> each.members().stream().filter(each::reaches))
        .map(Member::userId)
        .collect(Collectors.toSet());
  }
}
