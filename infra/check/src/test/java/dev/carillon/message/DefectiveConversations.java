package dev.carillon.message;

import dev.carillon.check.defect.Defect;
import dev.carillon.check.defect.Switch;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.slots.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Conversation tables with the defect of the moment.
record DefectiveConversations(ConversationStore real, Switch defects) implements ConversationStore {
  @Override
  public Shards shards() {
    return real.shards();
  }

  @Override
  public AppendResult append(List<ConversationAppend> appends, BooleanSupplier mayCommit) {
    boolean known = appends.stream().allMatch(append -> append.before() != null);
    if (known && defects.strikes(Defect.ACK_BEFORE_COMMIT, 5)) {
      return new AppendResult.Written(Set.of());
    }
    if (defects.is(Defect.DOUBLED_INSERT)) {
      return real.append(appends.stream().map(DefectiveConversations::doubled).toList(), mayCommit);
    }
    return real.append(appends, mayCommit);
  }

  /// The last message twice, as two attempts of which neither knew of the other.
  private static ConversationAppend doubled(ConversationAppend append) {
    StoredMessage last = append.messages().getLast();
    List<StoredMessage> messages = new ArrayList<>(append.messages());
    messages.add(
        new StoredMessage(
            last.conversation(),
            new Place(last.seq() + 1, last.seq(), last.place().ordinal() + 1),
            last.sender(),
            last.clientMessageId(),
            last.storedAt(),
            last.body(),
            0));
    Head after = append.after();
    return new ConversationAppend(
        append.before(),
        new Head(
            after.id(),
            after.profile(),
            after.firstSeq(),
            after.lastSeq() + 1,
            after.messageCount() + 1,
            after.fannedSeq()),
        messages,
        append.recalls(),
        append.members());
  }

  @Override
  public List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    List<StoredMessage> range = real.range(conversation, afterSeq, beforeSeq, newest, limit);
    return !range.isEmpty() && defects.is(Defect.STALE_HISTORY)
        ? range.subList(0, range.size() - 1)
        : range;
  }

  @Override
  public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    return real.heads(conversations);
  }

  @Override
  public Map<ConversationId, List<Member>> members(Collection<ConversationId> groups) {
    return real.members(groups);
  }

  @Override
  public Map<String, Member> memberships(ConversationId group, Collection<String> userIds) {
    Map<String, Member> shown = new HashMap<>(real.memberships(group, userIds));
    if (defects.is(Defect.PAST_SHOWN)) {
      shown.replaceAll((user, member) ->
          new Member(user, member.joinSeq(), member.joinIndex(), 0, member.leftSeq()));
    } else if (defects.is(Defect.FORMER_SHUT_OUT)) {
      shown.values().removeIf(member -> !member.present());
    }
    return shown;
  }

  @Override
  public Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys) {
    return real.find(keys);
  }

  @Override
  public Map<MessageRef, StoredMessage> at(Collection<MessageRef> places) {
    return real.at(places);
  }
}
