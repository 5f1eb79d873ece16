package dev.carillon.message;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.check.defect.Defect;
import dev.carillon.check.defect.Switch;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.fanout.Gateways;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Deliveries with the defect of the moment.
final class DefectiveGateways implements Gateways {
  private static final int OFTEN = 10;

  private final Gateways real;
  private final Switch defects;
  private final Map<ConversationId, Delivery> overtaken = new ConcurrentHashMap<>();
  private final Map<ConversationId, Set<String>> removed = new ConcurrentHashMap<>();

  DefectiveGateways(Gateways real, Switch defects) {
    this.real = real;
    this.defects = defects;
  }

  @Override
  public Set<String> live() {
    return real.live();
  }

  @Override
  public void deliver(Map<String, List<Delivery>> byGateway) {
    Map<String, List<Delivery>> changed = new HashMap<>();
    byGateway.forEach((gateway, deliveries) -> {
      List<Delivery> rest = new ArrayList<>();
      deliveries.forEach(delivery -> deliver(delivery, rest));
      if (!rest.isEmpty()) {
        changed.put(gateway, rest);
      }
    });
    real.deliver(changed);
  }

  private void deliver(Delivery delivery, List<Delivery> rest) {
    StoredMessage message = delivery.message();
    List<String> users =
        delivery.userIds().stream()
            .filter(user -> !DefectiveMailboxes.lost(defects, message.conversation(), user))
            .toList();
    if (users.isEmpty()) {
      return;
    }
    Delivery left = with(delivery, damaged(message), withRemoved(message, users));
    Delivery waiting = overtaken.remove(message.conversation());
    if (waiting == null && defects.strikes(Defect.SWAPPED_ORDER, 2)) {
      overtaken.put(message.conversation(), left);
      return;
    }
    rest.add(left);
    if (waiting != null) {
      rest.add(waiting);
    }
  }

  private List<String> withRemoved(StoredMessage message, List<String> users) {
    if (!defects.is(Defect.DELIVERED_TO_THE_REMOVED)) {
      return users;
    }
    Set<String> still =
        removed.computeIfAbsent(message.conversation(), absent -> ConcurrentHashMap.newKeySet());
    if (message.body().kind() == BodyKind.MEMBERSHIP) {
      still.addAll(removedBy(message));
    }
    return Stream.concat(users.stream(), still.stream()).distinct().toList();
  }

  private static List<String> removedBy(StoredMessage notice) {
    try {
      return Body.parseFrom(notice.body().bytes()).getMembership().getRemovedList();
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  private StoredMessage damaged(StoredMessage message) {
    if (message.body().kind() != BodyKind.TEXT) {
      return message;
    }
    if (defects.strikes(Defect.ALTERED_BODY, OFTEN)) {
      Body other = Body.newBuilder().setText(Text.newBuilder().setText("something else")).build();
      MessageBody body = MessageBody.of(BodyKind.TEXT, other.toByteArray());
      return copy(message, message.place(), message.clientMessageId(), body);
    }
    if (defects.strikes(Defect.INVENTED, OFTEN)) {
      ClientMessageId id = new ClientMessageId(message.seq(), 1);
      return copy(message, message.place(), id, message.body());
    }
    if (message.prevSeq() > 0 && defects.strikes(Defect.BROKEN_CHAIN, OFTEN)) {
      Place place = new Place(message.seq(), message.prevSeq() - 1, message.place().ordinal());
      return copy(message, place, message.clientMessageId(), message.body());
    }
    return message;
  }

  private static StoredMessage copy(
      StoredMessage message, Place place, ClientMessageId id, MessageBody body) {
    return new StoredMessage(
        message.conversation(), place, message.sender(), id, message.storedAt(), body, 0);
  }

  private static Delivery with(Delivery delivery, StoredMessage message, List<String> users) {
    return new Delivery(message, users, delivery.slot(), delivery.epoch(), delivery.traceparent());
  }
}
