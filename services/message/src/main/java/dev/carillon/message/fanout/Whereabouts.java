package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tells which gateways may hold the devices of those whom messages are for.
///
/// A question to presence costs two processes some hundred microseconds, however small it is. A
/// gateway that is told of users it does not hold takes the message and looks them up for nothing.
/// So presence is asked when that saves more than it costs, and else every gateway is told, as when
/// presence cannot tell. It is always asked for crowds, most of whom may be away: their names need
/// not go along with every message.
final class Whereabouts {
  /// What it costs to wake a gateway for nothing, in users that are looked up there in vain.
  private static final long WAKE_UP = 16;

  /// The most users that are told without a question, counted once for every message.
  private static final long CROWD = 4_096;

  private final PresenceClient presence;
  private final Gateways gateways;
  private final long questionCost;
  private final FanOutMetrics metrics;

  /// Where users are, as far as it is known.
  ///
  /// @param known the gateways of those users of whom they are known
  /// @param live all gateways
  record Places(Map<String, Set<String>> known, Set<String> live) {
    /// The gateways to tell when something is for the user.
    Set<String> of(String userId) {
      return known.getOrDefault(userId, live);
    }
  }

  /// @param questionCost see [FanOutConfig.Presence]
  Whereabouts(
      PresenceClient presence, Gateways gateways, long questionCost, FanOutMetrics metrics) {
    this.presence = presence;
    this.gateways = gateways;
    this.questionCost = questionCost;
    this.metrics = metrics;
  }

  /// Finds all whom the portions may reach.
  Places of(List<Portion> portions) {
    Set<String> live = gateways.live();
    if (live.isEmpty()) {
      return new Places(Map.of(), live);
    }
    long lookUps = lookUps(portions);
    long inVain = (live.size() - 1) * (WAKE_UP + lookUps);
    if (inVain <= questionCost && lookUps <= CROWD) {
      metrics.unasked.increment();
      return new Places(Map.of(), live);
    }
    Set<String> audience = audience(portions);
    Map<String, Set<String>> known = presence.locate(audience);
    metrics.everywhere.add(audience.size() - known.size());
    return new Places(known, live);
  }

  /// How many users a gateway has to look up when it is told everything.
  private static long lookUps(List<Portion> portions) {
    return portions.stream()
        .mapToLong(portion -> (long) portion.messages().size() * portion.members().size())
        .sum();
  }

  private static Set<String> audience(List<Portion> portions) {
    Set<String> users = new HashSet<>();
    for (Portion portion : portions) {
      for (Member member : portion.members()) {
        if (portion.reaches(member)) {
          users.add(member.userId());
        }
      }
    }
    return users;
  }
}
