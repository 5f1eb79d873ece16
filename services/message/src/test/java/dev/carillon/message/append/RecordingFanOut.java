package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayList;
import java.util.List;

/// Notes what the append path hands over.
public final class RecordingFanOut implements FanOut {
  private final List<Committed> batches = new ArrayList<>();
  private final List<ConversationId> behind = new ArrayList<>();

  @Override
  public synchronized void committed(List<Committed> commit) {
    batches.addAll(commit);
  }

  @Override
  public synchronized void behind(ConversationId conversation, int slot, long epoch) {
    behind.add(conversation);
  }

  public synchronized List<Committed> batches() {
    return List.copyOf(batches);
  }

  public synchronized List<ConversationId> behind() {
    return List.copyOf(behind);
  }

  public synchronized List<Long> seqs() {
    return batches.stream()
        .flatMap(batch -> batch.messages().stream())
        .map(traced -> traced.message().seq())
        .toList();
  }
}
