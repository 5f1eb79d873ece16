package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.fanout.GatewaySelector.Selection;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Turns messages into deliveries, one for each message and gateway, and hands each gateway its
/// part. Never blocks.
final class DeliveryRouter {
  private final Gateways gateways;
  private final Telemetry telemetry;
  private final FanOutMetrics metrics;
  private final LongSupplier nanos;

  DeliveryRouter(
      Gateways gateways, Telemetry telemetry, FanOutMetrics metrics, LongSupplier nanos) {
    this.gateways = gateways;
    this.telemetry = telemetry;
    this.metrics = metrics;
    this.nanos = nanos;
  }

  /// Hands messages to the gateways selected, those of one conversation in their order.
  void deliver(List<AddressedMessages> messages, Selection selection) {
    if (selection.located().isEmpty()) {
      metrics.broadcasts.increment();
    }
    Map<String, List<Delivery>> byGateway = new HashMap<>();
    for (AddressedMessages each : messages) {
      route(each, selection, byGateway);
    }
    gateways.deliver(byGateway);
    long now = nanos.getAsLong();
    for (AddressedMessages each : messages) {
      metrics.messages.add(each.messages().size());
      if (each.committedAt() != AddressedMessages.UNKNOWN) {
        metrics.delay.recordNanos(now - each.committedAt());
      }
    }
  }

  private void route(
      AddressedMessages messages, Selection selection, Map<String, List<Delivery>> byGateway) {
    boolean uniform = messages.uniform();
    Map<String, List<String>> users = Map.of();
    for (TracedMessage traced : messages.messages()) {
      StoredMessage message = traced.message();
      if (!uniform || message.seq() == messages.firstSeq()) {
        users = usersByGateway(messages.members(), message.seq(), selection);
      }
      add(messages, traced, users, byGateway);
    }
  }

  private void add(
      AddressedMessages of,
      TracedMessage traced,
      Map<String, List<String>> users,
      Map<String, List<Delivery>> byGateway) {
    Span span = telemetry.span("message.fanout", traced.traceparent());
    span.setAttribute("carillon.seq", traced.message().seq());
    span.setAttribute("carillon.gateways", users.size());
    String trace = span.isRecording() ? TraceParent.of(span) : traced.traceparent();
    users.forEach((gateway, here) ->
        byGateway
            .computeIfAbsent(gateway, added -> new ArrayList<>())
            .add(new Delivery(traced.message(), here, of.slot(), of.epoch(), trace)));
    metrics.deliveries.add(users.size());
    span.end();
  }

  private static Map<String, List<String>> usersByGateway(
      List<Member> members, long seq, Selection selection) {
    Map<String, List<String>> users = new HashMap<>();
    for (Member member : members) {
      if (member.receives(seq)) {
        for (String gateway : selection.of(member.userId())) {
          users.computeIfAbsent(gateway, added -> new ArrayList<>()).add(member.userId());
        }
      }
    }
    return users;
  }
}
